import type { Fields, FieldsOf } from './domains.ts';

export interface MethodRow {
  /** Class and method number. */
  readonly id: readonly [classId: number, methodId: number];
  /** Its arguments, in their order on the wire. */
  readonly fields: Fields;
  /** Whether a content header and body frames follow. */
  readonly content?: true;
  /** What a synchronous method is answered with: one of these, unless its `noWait` is set. */
  readonly replies?: readonly string[];
}

const closeFields = {
  replyCode: 'short',
  replyText: 'shortstr',
  classId: 'short',
  methodId: 'short',
} as const;
const tuneFields = { channelMax: 'short', frameMax: 'long', heartbeat: 'short' } as const;
const exchangeBindingFields = {
  ticket: 'short',
  destination: 'shortstr',
  source: 'shortstr',
  routingKey: 'shortstr',
  noWait: 'bit',
  arguments: 'table',
} as const;

/**
 * Every method of AMQP 0-9-1 and of RabbitMQ's extensions to it: a row each, from which the codec and the
 * types of the arguments follow. The names are those of the specification, those of arguments in camel case;
 * what the specification calls reserved has the name that it had in older versions (`ticket`, `insist` …).
 *
 * Documentation: {@link https://www.rabbitmq.com/resources/specs/amqp0-9-1.extended.xml}.
 */
export const methods = {
  'connection.start': {
    id: [10, 10],
    fields: {
      versionMajor: 'octet',
      versionMinor: 'octet',
      serverProperties: 'table',
      mechanisms: 'longstr',
      locales: 'longstr',
    },
    replies: ['connection.start-ok'],
  },
  'connection.start-ok': {
    id: [10, 11],
    fields: { clientProperties: 'table', mechanism: 'shortstr', response: 'longstr', locale: 'shortstr' },
  },
  'connection.secure': {
    id: [10, 20],
    fields: { challenge: 'longstr' },
    replies: ['connection.secure-ok'],
  },
  'connection.secure-ok': { id: [10, 21], fields: { response: 'longstr' } },
  'connection.tune': { id: [10, 30], fields: tuneFields, replies: ['connection.tune-ok'] },
  'connection.tune-ok': { id: [10, 31], fields: tuneFields },
  'connection.open': {
    id: [10, 40],
    fields: { virtualHost: 'shortstr', capabilities: 'shortstr', insist: 'bit' },
    replies: ['connection.open-ok'],
  },
  'connection.open-ok': { id: [10, 41], fields: { knownHosts: 'shortstr' } },
  'connection.close': { id: [10, 50], fields: closeFields, replies: ['connection.close-ok'] },
  'connection.close-ok': { id: [10, 51], fields: {} },
  // RabbitMQ: https://www.rabbitmq.com/docs/connection-blocked
  'connection.blocked': { id: [10, 60], fields: { reason: 'shortstr' } },
  'connection.unblocked': { id: [10, 61], fields: {} },
  // RabbitMQ: https://www.rabbitmq.com/docs/oauth2
  'connection.update-secret': {
    id: [10, 70],
    fields: { newSecret: 'longstr', reason: 'shortstr' },
    replies: ['connection.update-secret-ok'],
  },
  'connection.update-secret-ok': { id: [10, 71], fields: {} },

  'channel.open': { id: [20, 10], fields: { outOfBand: 'shortstr' }, replies: ['channel.open-ok'] },
  'channel.open-ok': { id: [20, 11], fields: { channelId: 'longstr' } },
  'channel.flow': { id: [20, 20], fields: { active: 'bit' }, replies: ['channel.flow-ok'] },
  'channel.flow-ok': { id: [20, 21], fields: { active: 'bit' } },
  'channel.close': { id: [20, 40], fields: closeFields, replies: ['channel.close-ok'] },
  'channel.close-ok': { id: [20, 41], fields: {} },

  // Of AMQP 0-8; RabbitMQ still answers it.
  'access.request': {
    id: [30, 10],
    fields: { realm: 'shortstr', exclusive: 'bit', passive: 'bit', active: 'bit', write: 'bit', read: 'bit' },
    replies: ['access.request-ok'],
  },
  'access.request-ok': { id: [30, 11], fields: { ticket: 'short' } },

  'exchange.declare': {
    id: [40, 10],
    fields: {
      ticket: 'short',
      exchange: 'shortstr',
      type: 'shortstr',
      passive: 'bit',
      durable: 'bit',
      autoDelete: 'bit',
      internal: 'bit',
      noWait: 'bit',
      arguments: 'table',
    },
    replies: ['exchange.declare-ok'],
  },
  'exchange.declare-ok': { id: [40, 11], fields: {} },
  'exchange.delete': {
    id: [40, 20],
    fields: { ticket: 'short', exchange: 'shortstr', ifUnused: 'bit', noWait: 'bit' },
    replies: ['exchange.delete-ok'],
  },
  'exchange.delete-ok': { id: [40, 21], fields: {} },
  // RabbitMQ: https://www.rabbitmq.com/docs/e2e
  'exchange.bind': { id: [40, 30], fields: exchangeBindingFields, replies: ['exchange.bind-ok'] },
  'exchange.bind-ok': { id: [40, 31], fields: {} },
  'exchange.unbind': { id: [40, 40], fields: exchangeBindingFields, replies: ['exchange.unbind-ok'] },
  'exchange.unbind-ok': { id: [40, 51], fields: {} },

  'queue.declare': {
    id: [50, 10],
    fields: {
      ticket: 'short',
      queue: 'shortstr',
      passive: 'bit',
      durable: 'bit',
      exclusive: 'bit',
      autoDelete: 'bit',
      noWait: 'bit',
      arguments: 'table',
    },
    replies: ['queue.declare-ok'],
  },
  'queue.declare-ok': {
    id: [50, 11],
    fields: { queue: 'shortstr', messageCount: 'long', consumerCount: 'long' },
  },
  'queue.bind': {
    id: [50, 20],
    fields: {
      ticket: 'short',
      queue: 'shortstr',
      exchange: 'shortstr',
      routingKey: 'shortstr',
      noWait: 'bit',
      arguments: 'table',
    },
    replies: ['queue.bind-ok'],
  },
  'queue.bind-ok': { id: [50, 21], fields: {} },
  'queue.purge': {
    id: [50, 30],
    fields: { ticket: 'short', queue: 'shortstr', noWait: 'bit' },
    replies: ['queue.purge-ok'],
  },
  'queue.purge-ok': { id: [50, 31], fields: { messageCount: 'long' } },
  'queue.delete': {
    id: [50, 40],
    fields: { ticket: 'short', queue: 'shortstr', ifUnused: 'bit', ifEmpty: 'bit', noWait: 'bit' },
    replies: ['queue.delete-ok'],
  },
  'queue.delete-ok': { id: [50, 41], fields: { messageCount: 'long' } },
  'queue.unbind': {
    id: [50, 50],
    fields: {
      ticket: 'short',
      queue: 'shortstr',
      exchange: 'shortstr',
      routingKey: 'shortstr',
      arguments: 'table',
    },
    replies: ['queue.unbind-ok'],
  },
  'queue.unbind-ok': { id: [50, 51], fields: {} },

  'basic.qos': {
    id: [60, 10],
    fields: { prefetchSize: 'long', prefetchCount: 'short', global: 'bit' },
    replies: ['basic.qos-ok'],
  },
  'basic.qos-ok': { id: [60, 11], fields: {} },
  'basic.consume': {
    id: [60, 20],
    fields: {
      ticket: 'short',
      queue: 'shortstr',
      consumerTag: 'shortstr',
      noLocal: 'bit',
      noAck: 'bit',
      exclusive: 'bit',
      noWait: 'bit',
      arguments: 'table',
    },
    replies: ['basic.consume-ok'],
  },
  'basic.consume-ok': { id: [60, 21], fields: { consumerTag: 'shortstr' } },
  // RabbitMQ: the server sends it too, https://www.rabbitmq.com/docs/consumer-cancel
  'basic.cancel': {
    id: [60, 30],
    fields: { consumerTag: 'shortstr', noWait: 'bit' },
    replies: ['basic.cancel-ok'],
  },
  'basic.cancel-ok': { id: [60, 31], fields: { consumerTag: 'shortstr' } },
  'basic.publish': {
    id: [60, 40],
    fields: {
      ticket: 'short',
      exchange: 'shortstr',
      routingKey: 'shortstr',
      mandatory: 'bit',
      immediate: 'bit',
    },
    content: true,
  },
  'basic.return': {
    id: [60, 50],
    fields: { replyCode: 'short', replyText: 'shortstr', exchange: 'shortstr', routingKey: 'shortstr' },
    content: true,
  },
  'basic.deliver': {
    id: [60, 60],
    fields: {
      consumerTag: 'shortstr',
      deliveryTag: 'longlong',
      redelivered: 'bit',
      exchange: 'shortstr',
      routingKey: 'shortstr',
    },
    content: true,
  },
  'basic.get': {
    id: [60, 70],
    fields: { ticket: 'short', queue: 'shortstr', noAck: 'bit' },
    replies: ['basic.get-ok', 'basic.get-empty'],
  },
  'basic.get-ok': {
    id: [60, 71],
    fields: {
      deliveryTag: 'longlong',
      redelivered: 'bit',
      exchange: 'shortstr',
      routingKey: 'shortstr',
      messageCount: 'long',
    },
    content: true,
  },
  'basic.get-empty': { id: [60, 72], fields: { clusterId: 'shortstr' } },
  // RabbitMQ: the server sends it too, https://www.rabbitmq.com/docs/confirms
  'basic.ack': { id: [60, 80], fields: { deliveryTag: 'longlong', multiple: 'bit' } },
  'basic.reject': { id: [60, 90], fields: { deliveryTag: 'longlong', requeue: 'bit' } },
  'basic.recover-async': { id: [60, 100], fields: { requeue: 'bit' } },
  'basic.recover': { id: [60, 110], fields: { requeue: 'bit' }, replies: ['basic.recover-ok'] },
  'basic.recover-ok': { id: [60, 111], fields: {} },
  // RabbitMQ: https://www.rabbitmq.com/docs/nack
  'basic.nack': { id: [60, 120], fields: { deliveryTag: 'longlong', multiple: 'bit', requeue: 'bit' } },
  // RabbitMQ before 4.0, for its own plugins: no client speaks it, but the broker reads it.
  'basic.credit': {
    id: [60, 200],
    fields: { consumerTag: 'shortstr', credit: 'long', drain: 'bit' },
    replies: ['basic.credit-ok'],
  },
  'basic.credit-ok': { id: [60, 201], fields: { available: 'long' } },
  'basic.credit-drained': { id: [60, 202], fields: { consumerTag: 'shortstr', creditDrained: 'long' } },

  // RabbitMQ: https://www.rabbitmq.com/docs/confirms
  'confirm.select': { id: [85, 10], fields: { noWait: 'bit' }, replies: ['confirm.select-ok'] },
  'confirm.select-ok': { id: [85, 11], fields: {} },

  'tx.select': { id: [90, 10], fields: {}, replies: ['tx.select-ok'] },
  'tx.select-ok': { id: [90, 11], fields: {} },
  'tx.commit': { id: [90, 20], fields: {}, replies: ['tx.commit-ok'] },
  'tx.commit-ok': { id: [90, 21], fields: {} },
  'tx.rollback': { id: [90, 30], fields: {}, replies: ['tx.rollback-ok'] },
  'tx.rollback-ok': { id: [90, 31], fields: {} },
} as const satisfies Readonly<Record<string, MethodRow>>;

/** `basic.publish` */
export type MethodName = keyof typeof methods;

/** `MethodArguments<'basic.ack'>` is `{ deliveryTag: bigint; multiple: boolean }`. */
export type MethodArguments<Name extends MethodName> = Name extends MethodName
  ? FieldsOf<(typeof methods)[Name]['fields']>
  : never;
