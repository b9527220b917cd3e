import type { QueueType } from '../broker/queue-type.ts';

/** Arguments of `queue.declare` and the like, as a plain object. */
export type Arguments = Record<string, unknown>;

/** @see https://www.rabbitmq.com/docs/queues#properties */
export interface QueueProperties {
  /** Survives a restart of the broker. Default `true`: other queues are deprecated unless they are exclusive. */
  durable?: boolean;
  /** Belongs to the connection that declares it, and goes with it. Default `false`. */
  exclusive?: boolean;
  /** Goes with its last consumer. Default `false`. */
  autoDelete?: boolean;
  /**
   * Default: the queue type under test, unless `arguments` has an `x-queue-type`. Classic is what a queue is whose
   * declaration says nothing of its type.
   */
  type?: QueueType;
  arguments?: Arguments;
}

/** @see https://www.rabbitmq.com/docs/exchanges#properties */
export interface ExchangeProperties {
  /** Survives a restart of the broker. Default `true`. */
  durable?: boolean;
  /** Goes with its last binding. Default `false`. */
  autoDelete?: boolean;
  /** Takes no messages from clients, only from other exchanges. Default `false`. */
  internal?: boolean;
  arguments?: Arguments;
}

/** @see https://www.rabbitmq.com/docs/consumers */
export interface ConsumeProperties {
  /** Default: the broker makes one. */
  consumerTag?: string;
  /** Automatic acknowledgement. Default `false`. */
  noAck?: boolean;
  exclusive?: boolean;
  noLocal?: boolean;
  arguments?: Arguments;
}
