/**
 * Extensions of AMQP 0-9-1 that a broker says it has, in the table `capabilities` of its properties in
 * `connection.start`, by the names that stand there.
 *
 * @see https://www.rabbitmq.com/docs/connections#capabilities
 */
export const announcedExtensions = [
  'authentication_failure_close',
  'basic.nack',
  'connection.blocked',
  'consumer_cancel_notify',
  'consumer_priorities',
  'direct_reply_to',
  'exchange_exchange_bindings',
  'per_consumer_qos',
  'publisher_confirms',
] as const;

/**
 * Extensions that no broker announces: a profile declares which of them it has. Auto-delete and internal exchanges
 * count as such, since AMQP 0-9-1 has taken them out.
 *
 * @see https://www.rabbitmq.com/docs/extensions
 * @see https://www.rabbitmq.com/docs/spec-differences
 */
export const declaredExtensions = [
  'alternate_exchanges',
  'auto_delete_exchanges',
  'dead_letter_exchanges',
  'internal_exchanges',
  'message_ttl',
  'priority_queues',
  'queue_length_limit',
  'queue_ttl',
  'queue_types',
  'quorum_queues',
  'sender_selected_distribution',
  'single_active_consumer',
  'streams',
] as const;

export const extensions = [...announcedExtensions, ...declaredExtensions] as const;

/** Something beyond AMQP 0-9-1 that a claim may speak of, and that not every broker offers. */
export type Extension = (typeof extensions)[number];
