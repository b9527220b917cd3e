import type { QueueType } from '../broker/queue-type.ts';
import type { Arguments, QueueProperties } from './channel-properties.ts';

/** The queue type of which all queues are that a spec declares, where it does not say otherwise. */
export class QueueTypeUnderTest {
  /** Absent: the broker's default, for a broker without queue types or a claim that is not about them. */
  readonly type: QueueType | undefined;
  #declared = false;
  readonly #costly = new Set<string>();

  constructor(type?: QueueType) {
    this.type = type;
  }

  /** Whether a queue of it was declared. */
  get declared(): boolean {
    return this.#declared;
  }

  /** The names of all queues that were declared and are not classic: they cost a broker something while they idle. */
  get costly(): readonly string[] {
    return [...this.#costly];
  }

  /**
   * Takes note that a queue is going to be declared.
   *
   * @returns the arguments to declare it with
   */
  declare(name: string, { type, arguments: args = {} }: QueueProperties): Arguments {
    if (type === undefined && !('x-queue-type' in args)) this.#declared = true;
    const declared = { ...argumentOf(type ?? this.type), ...args };
    // One that the broker names is classic
    if (name !== '' && 'x-queue-type' in declared && declared['x-queue-type'] !== 'classic')
      this.#costly.add(name);
    return declared;
  }

  /** Takes note that a queue is gone, and costs nothing any more. */
  deleted(name: string): void {
    this.#costly.delete(name);
  }
}

/** Classic is what a queue is whose declaration says nothing of its type. */
function argumentOf(type: QueueType | undefined): Arguments {
  return type === undefined || type === 'classic' ? {} : { 'x-queue-type': type };
}
