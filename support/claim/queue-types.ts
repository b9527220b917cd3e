import { type QueueType, queueTypes } from '../broker/queue-type.ts';
import { UsageError } from '../errors.ts';
import type { DocumentationLink, QueueTypeScope } from '../verdict/outcome.ts';
import { docs, issue, releaseNotes } from './documentation.ts';

/** Why a claim does not speak of a type of queues, or only in some versions. */
export interface QueueTypeException {
  /** A sentence. */
  because: string;
  documented: DocumentationLink;
  /** Products and version ranges in which it does speak of it; absent: in none. */
  appliesTo?: Record<string, string>;
}

/**
 * Of which queue types a claim speaks: of classic and quorum queues unless it says otherwise. `unvaried`: its spec says
 * itself of which type its queues are, or needs none.
 */
export type QueueTypes = 'unvaried' | Partial<Record<QueueType, true | QueueTypeException>>;

const byDefault: readonly QueueType[] = ['classic', 'quorum'];

/** What a claim says of queue types, completed. */
export function scopesOf(id: string, about: QueueTypes = {}): QueueTypeScope[] {
  if (about === 'unvaried') return [];
  const scopes = queueTypes.flatMap((queueType): QueueTypeScope[] => {
    const own = about[queueType] ?? byDefault.includes(queueType);
    if (own === false) return [];
    return own === true ? [{ queueType }] : [{ queueType, appliesTo: {}, ...own }];
  });
  if (typesToRun(scopes).length > 0) return scopes;
  throw new UsageError(
    `The claim ${id} is about no queue type.`,
    "Leave one, or say queueTypes: 'unvaried' where the spec names the type itself.",
  );
}

/** The types with which the spec of a claim runs, on some broker at least. */
export function typesToRun(scopes: readonly QueueTypeScope[]): QueueType[] {
  return scopes
    .filter(({ appliesTo }) => appliesTo === undefined || Object.keys(appliesTo).length > 0)
    .map(({ queueType }) => queueType);
}

const matrix = docs('quorum-queues#feature-matrix');

/**
 * Why claims are not about quorum queues, or not in all versions.
 *
 * @see https://www.rabbitmq.com/docs/quorum-queues#feature-matrix
 */
export const notQuorum = {
  exclusive: { because: 'Quorum queues are never exclusive.', documented: matrix },
  transient: { because: 'Quorum queues are always durable.', documented: matrix },
  serverNamed: { because: 'A quorum queue has the name that a client gives it.', documented: matrix },
  autoDelete: {
    because: 'Quorum queues are not for temporary use, and can not be auto-delete.',
    documented: docs('quorum-queues#when-not-to-use-quorum-queues'),
  },
  globalPrefetch: {
    because: 'Quorum queues know no prefetch that the consumers of a channel share.',
    documented: docs('quorum-queues#global-qos'),
  },
  exclusiveConsumers: {
    because: 'Quorum queues know no exclusive consumers, but a single active one.',
    documented: matrix,
  },
  messagePriority: {
    because: 'Quorum queues have priorities from 4.0 on, and those are two: high and normal.',
    documented: docs('quorum-queues#priorities'),
  },
  maximumPriority: {
    because: 'A quorum queue is declared without a maximum priority.',
    documented: docs('priority#quorum-queues'),
  },
  lazyMode: {
    because: 'Quorum queues keep messages on disk in any case, and know no modes.',
    documented: docs('quorum-queues#feature-matrix'),
  },
  strictLimit: {
    because: 'A quorum queue may take some messages more than its limit before it rejects others.',
    documented: docs('quorum-queues#length-limit'),
  },
  prioritiesBefore3_8_10: {
    because: 'Quorum queues know priorities of consumers from 3.8.10 on.',
    documented: releaseNotes('3.8.10'),
    appliesTo: { rabbitmq: '>=3.8.10', '*': '*' },
  },
  rejectionBefore3_8_10: {
    because: 'Quorum queues reject what is published beyond their limit from 3.8.10 on.',
    documented: releaseNotes('3.8.10'),
    appliesTo: { rabbitmq: '>=3.8.10', '*': '*' },
  },
  expiryBefore3_10: {
    because: 'Messages in quorum queues, and quorum queues themselves, expire from 3.10 on.',
    documented: docs('quorum-queues#queue-and-per-message-ttl'),
    appliesTo: { rabbitmq: '>=3.10', '*': '*' },
  },
  atLeastOnceBefore3_10: {
    because: 'Quorum queues dead-letter at least once from 3.10 on.',
    documented: releaseNotes('3.10.0'),
    appliesTo: { rabbitmq: '>=3.10', '*': '*' },
  },
  returnedInTheirPlaces: {
    because: 'A quorum queue gives returned messages again in the order in which they were returned.',
    documented: docs('quorum-queues#returned-messages'),
  },
  confirmedWhileDeleted: {
    because:
      'What is published to a quorum queue while it is deleted may be nacked; that depends on the moment.',
    documented: issue('rabbitmq/rabbitmq-server', 15333),
  },
  rejectedDeadLettered: {
    because: 'A quorum queue does not dead-letter what it rejects.',
    documented: matrix,
  },
  streams: {
    because: 'It is about streams, which keep what was read; from a quorum queue it is taken.',
    documented: docs('streams#feature-comparison'),
  },
  lostConsumersAwaited: {
    because:
      'From 4.3 on a quorum queue waits a minute for the node of a consumer, as it may come back with what it holds.',
    documented: docs('quorum-queues#disconnected-consumer-node-timeout'),
    appliesTo: { rabbitmq: '<4.3' },
  },
  crash: {
    because: 'A quorum queue is no single process: another member goes on, or the same after its restart.',
    documented: docs('quorum-queues#data-safety'),
  },
} as const satisfies Record<string, QueueTypeException>;

/** Why claims are not about classic queues. */
export const notClassic = {
  streams: {
    because: 'It is about streams, which keep what was read; from a classic queue it is taken.',
    documented: docs('streams#feature-comparison'),
  },
  deliveryLimit: {
    because: 'Classic queues know no limit of deliveries.',
    documented: matrix,
  },
  atLeastOnce: {
    because: 'Classic queues dead-letter at most once.',
    documented: docs('quorum-queues#dead-lettering'),
  },
  deliveryCount: {
    because: 'Classic queues do not count how often a message was delivered.',
    documented: docs('quorum-queues#poison-message-handling'),
  },
  delayedRetry: {
    because: 'Classic queues give again at once what is returned.',
    documented: matrix,
  },
  consumerTimeout: {
    because: 'Classic queues know no timeout of their consumers from 4.3 on.',
    documented: matrix,
  },
  transience: {
    because: 'Classic queues keep each message as its delivery mode says.',
    documented: matrix,
  },
  quorumDeclaration: {
    because: 'What classic queues may be declared as is more, and those are other claims.',
    documented: matrix,
  },
  members: {
    because: 'A classic queue is on one node of a cluster, and has no members on others.',
    documented: matrix,
  },
  quorumPriorities: {
    because: 'A classic queue has priorities when it is declared with a maximum, and those are other claims.',
    documented: docs('priority#classic-queues'),
  },
} as const satisfies Record<string, QueueTypeException>;
