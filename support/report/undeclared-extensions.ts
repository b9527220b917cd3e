import type { Extension } from '../broker/extensions.ts';
import { anyOther } from '../claim/applicability.ts';
import type { EvidenceEvent } from '../evidence/evidence.ts';
import type { ClaimResult } from './claim-result.ts';

/**
 * Where claims use what is beyond AMQP 0-9-1 and do not say so in their `extensions`: a broker that is right, and does not
 * have it, would be blamed. By what their clients sent; what the broker sends by itself asks nothing of it, and confirms are
 * only asked for where a client selects them by hand, since producers use them to wait.
 *
 * @returns one text for each claim, for its author
 */
export function undeclaredExtensions(results: readonly ClaimResult[]): string[] {
  const told = new Map<string, string>();
  for (const { claim, queueType, evidence } of results) {
    const { id, file, appliesTo, extensions } = claim;
    // Of the others it is known what they have
    if (evidence === undefined || (appliesTo !== undefined && !(anyOther in appliesTo))) continue;
    const used = evidence.events
      .filter(({ direction }) => direction === 'out')
      .flatMap((event) => usedBy(event, queueType));
    const missing = used.filter(({ extension }) => !extensions.includes(extension));
    if (missing.length === 0) continue;
    const names = [...new Set(missing.map(({ extension }) => extension))].join(' and ');
    const by = [...new Set(missing.map((each) => each.by))].join(', ');
    told.set(
      id,
      `${file}: ${id} uses ${names} (${by}), beyond AMQP 0-9-1, and its extensions do not say so: a broker without would be blamed.\n` +
        'Add it to its extensions, or do without.',
    );
  }
  return [...told.values()];
}

function usedBy(event: EvidenceEvent, queueType: ClaimResult['queueType']) {
  const { what, kind, fields = {}, via } = event;
  const byMethod = ofMethods[what];
  const byField = Object.entries(ofFields[what] ?? {}).filter(
    ([name]) => fields[name] !== undefined && fields[name] !== false,
  );
  const isDirectReply = [fields['replyTo'], fields['queue'], via?.name].includes('amq.rabbitmq.reply-to');
  return [
    ...(byMethod === undefined || kind === 'producer' ? [] : [{ extension: byMethod, by: what }]),
    // The lengths of a stream are its own
    ...(queueType === 'stream'
      ? []
      : byField.map(([name, extension]) => ({ extension, by: `${what} with ${name}` }))),
    ...(isDirectReply ? [{ extension: 'direct_reply_to' as const, by: what }] : []),
  ];
}

const ofMethods: Readonly<Record<string, Extension>> = {
  'basic.nack': 'basic.nack',
  'confirm.select': 'publisher_confirms',
  'exchange.bind': 'exchange_exchange_bindings',
  'exchange.unbind': 'exchange_exchange_bindings',
};

const ofFields: Readonly<Record<string, Readonly<Record<string, Extension>>>> = {
  'queue.declare': {
    'x-dead-letter-exchange': 'dead_letter_exchanges',
    'x-dead-letter-routing-key': 'dead_letter_exchanges',
    'x-dead-letter-strategy': 'dead_letter_exchanges',
    'x-expires': 'queue_ttl',
    'x-max-length': 'queue_length_limit',
    'x-max-length-bytes': 'queue_length_limit',
    'x-max-priority': 'priority_queues',
    'x-message-ttl': 'message_ttl',
    'x-overflow': 'queue_length_limit',
    'x-single-active-consumer': 'single_active_consumer',
  },
  'exchange.declare': {
    'alternate-exchange': 'alternate_exchanges',
    autoDelete: 'auto_delete_exchanges',
    internal: 'internal_exchanges',
  },
  'basic.consume': { 'x-priority': 'consumer_priorities' },
  'basic.publish': {
    BCC: 'sender_selected_distribution',
    CC: 'sender_selected_distribution',
    expiration: 'message_ttl',
  },
};
