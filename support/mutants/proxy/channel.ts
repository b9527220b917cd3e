import type { Command, MethodArguments } from '../../wire/index.ts';
import { ConfirmSequence } from './confirm-sequence.ts';
import { DeliveryTags, type Settling } from './delivery-tags.ts';
import { isReplyTo } from './replies.ts';

/** A synchronous method that awaits its answer. */
export interface Pending {
  /** What the broker was asked. */
  readonly question: Command;
  /** What the client asked; absent if it knows nothing of this. */
  readonly asked?: Command;
  /** Makes the client's answer of the broker's; absent: it gets the broker's. */
  readonly reply?: (said: Command) => Command;
}

/** What is known of one channel. */
export class Channel {
  readonly number: number;
  /** In confirm mode. */
  confirming = false;
  readonly sequence = new ConfirmSequence();
  /** A mutant changed or left out a confirm. */
  confirmsChanged = false;
  readonly tags = new DeliveryTags();
  readonly consumers = new Map<string, Settling>();
  /** The last `basic.qos` that the broker got. */
  qos: Partial<MethodArguments<'basic.qos'>> = {};
  /** The client was told that it is closed, and what it says does not count until it says that it knows. */
  refused = false;
  /** The broker was told that it is closed, and what it says does not count until it says that it knows. */
  left = false;
  /** What the client is told as soon as the broker knows that the channel is closed. */
  farewell: Command | undefined;
  #pending: Pending[] = [];

  constructor(number: number) {
    this.number = number;
  }

  asks(pending: Pending): void {
    this.#pending.push(pending);
  }

  /** What this answers, which is no longer pending then. The broker answers in the order in which it was asked. */
  answered(said: Command): Pending | undefined {
    const [first] = this.#pending;
    if (first === undefined || !isReplyTo(said.name, first.question)) return undefined;
    this.#pending.shift();
    return first;
  }

  /** The broker closed the channel, and answers to nothing but that the client closes it too. */
  givesUp(): Pending[] {
    const pending = this.#pending;
    this.#pending = pending.filter(({ question }) => question.is('channel.close'));
    return pending;
  }
}
