import type { FieldValue, MethodName } from '../../wire/index.ts';

/** A key that a table may have, as the documentation knows it. */
export interface KnownKey {
  /** Of its type; it is added with this. */
  readonly value: FieldValue;
  /** It is not value: it means nothing without something else, or nobody could say what. */
  readonly isNotAdded?: true;
  /** Words that are legal; absent: any. */
  readonly legal?: readonly string[];
  /** The largest number that is legal. */
  readonly most?: number;
  /** Versions of RabbitMQ that do not know it yet. */
  readonly unknownTo?: string;
}

function number(value: number): FieldValue {
  return { tag: 'I', value };
}
function text(value: string): FieldValue {
  return { tag: 'S', value };
}
const yes: FieldValue = { tag: 't', value: true };

/** Keys of the arguments of methods. */
export const knownArguments: Partial<Record<MethodName, Readonly<Record<string, KnownKey>>>> = {
  'exchange.declare': {
    'alternate-exchange': { value: text('amq.fanout') },
    'hash-header': { value: text('other'), isNotAdded: true },
    'hash-property': { value: text('message_id'), isNotAdded: true, legal: ['message_id', 'correlation_id'] },
    'x-recent-history-length': { value: number(1), isNotAdded: true },
  },
  'queue.declare': {
    'x-message-ttl': { value: number(20) },
    'x-expires': { value: number(20) },
    'x-max-length': { value: number(1) },
    'x-max-length-bytes': { value: number(1) },
    'x-overflow': {
      value: text('reject-publish'),
      legal: ['drop-head', 'reject-publish', 'reject-publish-dlx'],
    },
    'x-dead-letter-exchange': { value: text('') },
    'x-dead-letter-routing-key': { value: text('other') },
    'x-dead-letter-strategy': { value: text('at-least-once'), legal: ['at-most-once', 'at-least-once'] },
    'x-max-priority': { value: number(5), most: 255 },
    'x-queue-mode': { value: text('lazy'), legal: ['default', 'lazy'] },
    'x-queue-type': { value: text('quorum'), legal: ['classic', 'quorum', 'stream'] },
    'x-single-active-consumer': { value: yes },
    'x-delivery-limit': { value: number(0) },
    'x-quorum-initial-group-size': { value: number(1) },
    'x-queue-leader-locator': { value: text('balanced'), legal: ['client-local', 'balanced'] },
    'x-max-age': { value: text('1h'), legal: ['1h', '1D'] },
    'x-stream-max-segment-size-bytes': { value: number(1_000) },
    'x-stream-filter-size-bytes': { value: number(16), isNotAdded: true, unknownTo: '<3.13' },
    'x-consumer-timeout': { value: number(1_000), isNotAdded: true, unknownTo: '<3.12' },
  },
  'queue.bind': { 'x-match': { value: text('any'), legal: ['all', 'any'] } },
  'exchange.bind': { 'x-match': { value: text('any'), legal: ['all', 'any'] } },
  'basic.consume': {
    'x-priority': { value: number(10) },
    'x-stream-offset': { value: text('last'), legal: ['first', 'last', 'next'] },
    'x-stream-filter': { value: text('other'), isNotAdded: true, unknownTo: '<3.13' },
    'x-stream-match-unfiltered': { value: yes, isNotAdded: true, unknownTo: '<3.13' },
  },
};

/** Headers that mean something to brokers, on the way to them. */
export const headersHeard: Readonly<Record<string, KnownKey>> = {
  CC: { value: { tag: 'A', value: [text('other')] } },
  BCC: { value: { tag: 'A', value: [text('other')] } },
  'x-stream-filter-value': { value: text('other'), isNotAdded: true, unknownTo: '<3.13' },
};

/** Headers that brokers add. */
export const headersSaid: Readonly<Record<string, KnownKey>> = {
  CC: { value: { tag: 'A', value: [text('other')] } },
  BCC: { value: { tag: 'A', value: [text('other')] } },
  'x-death': { value: { tag: 'A', value: [] }, isNotAdded: true },
  'x-first-death-exchange': { value: text('other') },
  'x-first-death-queue': { value: text('other') },
  'x-first-death-reason': {
    value: text('expired'),
    legal: ['rejected', 'expired', 'maxlen', 'delivery_limit'],
  },
  'x-delivery-count': { value: number(1) },
  'x-stream-offset': { value: { tag: 'l', value: 0n } },
};

/** What a table in `x-death` says. */
export const deathKeys: Readonly<Record<string, KnownKey>> = {
  count: { value: { tag: 'l', value: 0n }, isNotAdded: true },
  reason: {
    value: text('expired'),
    isNotAdded: true,
    legal: ['rejected', 'expired', 'maxlen', 'delivery_limit'],
  },
  queue: { value: text('other'), isNotAdded: true },
  exchange: { value: text('other'), isNotAdded: true },
  'routing-keys': { value: { tag: 'A', value: [] }, isNotAdded: true },
  time: { value: { tag: 'T', value: 0n }, isNotAdded: true },
  'original-expiration': { value: text('1') },
};

/** What a broker says of itself. */
export const serverPropertyKeys = [
  'cluster_name',
  'copyright',
  'information',
  'platform',
  'product',
  'version',
];

/** What a client says of itself. */
export const clientPropertyKeys = ['connection_name', 'information', 'platform', 'product', 'version'];

/** A word that a peer says of itself. */
export const ownWord: KnownKey = { value: text('other'), isNotAdded: true };

/** Whether a peer says that it can do something. */
export const ability: KnownKey = { value: yes, isNotAdded: true };

/** What a broker says that it can. */
export const serverCapabilities = [
  'authentication_failure_close',
  'basic.nack',
  'connection.blocked',
  'consumer_cancel_notify',
  'consumer_priorities',
  'direct_reply_to',
  'exchange_exchange_bindings',
  'per_consumer_qos',
  'publisher_confirms',
];

/** What a client says that it can. */
export const clientCapabilities = [
  'authentication_failure_close',
  'basic.nack',
  'connection.blocked',
  'consumer_cancel_notify',
  'exchange_exchange_bindings',
  'publisher_confirms',
];
