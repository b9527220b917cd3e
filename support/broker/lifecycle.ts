import { CouldNotRun } from '../errors.ts';
import type { BrokerDescription } from './broker.ts';

/** The starts of a broker: one at a time, and none any more once it is stopped. */
export class Lifecycle {
  readonly #stopping = new AbortController();
  #underWay: Promise<BrokerDescription> | undefined;
  #description: BrokerDescription | undefined;

  /** The broker as the last start has left it. */
  get description(): BrokerDescription {
    if (this.#description === undefined) throw new CouldNotRun('The broker has not answered yet.');
    return this.#description;
  }

  /** Aborted as soon as the broker is to stop. */
  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  /** The start that is under way, if any. */
  get underWay(): Promise<BrokerDescription> | undefined {
    return this.#underWay;
  }

  /** @throws CouldNotRun when another start is under way, or the broker is stopped */
  async start(start: () => Promise<BrokerDescription>): Promise<BrokerDescription> {
    if (this.#underWay !== undefined || this.#stopping.signal.aborted)
      throw new CouldNotRun('The broker is being started or stopped already.');

    this.#underWay = start();
    try {
      this.#description = await this.#underWay;
      return this.#description;
    } finally {
      this.#underWay = undefined;
    }
  }

  /** Aborts what is under way, and lets no other begin. */
  end(): void {
    this.#stopping.abort(new CouldNotRun('The broker was stopped.'));
  }
}
