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

/** The queue type of which all queues are that a spec declares, where it does not say otherwise. */
export class QueueTypeUnderTest {
  readonly #type: QueueType | undefined;
  #declared = false;
  readonly #costly = new Set<string>();

  /** @param type absent: the broker's default, for a broker without queue types or a claim that is not about them */
  constructor(type?: QueueType) {
    this.#type = type;
  }

  get type(): QueueType | undefined {
    return this.#type;
  }

  /** Whether a queue of it was declared. */
  get declared(): boolean {
    return this.#declared;
  }

  /** The names of all queues that were declared and are not classic: they cost a broker something while they idle. */
  get costly(): readonly string[] {
    return [...this.#costly];
  }

  /** Takes note of a declaration. */
  saw(name: string, args: Arguments): void {
    if (name !== '' && 'x-queue-type' in args && args['x-queue-type'] !== 'classic') this.#costly.add(name);
  }

  /** The arguments with which a queue is declared. */
  argumentsOf({ type, arguments: args = {} }: QueueProperties): Arguments {
    if ('x-queue-type' in args) return args;
    if (type === undefined) this.#declared = true;
    return { ...typeArgument(type ?? this.#type), ...args };
  }
}

function typeArgument(type: QueueType | undefined): Arguments {
  return type === undefined || type === 'classic' ? {} : { 'x-queue-type': type };
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
