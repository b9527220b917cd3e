import type { Broker, BrokerDescription } from '../broker.ts';
import type { ChangeCounter } from './change-counter.ts';
import { askWhetherServing } from './health-check.ts';

/** How the broker of a run is. Plain data. */
export interface BrokerState {
  description: BrokerDescription;
  /** Why there is no broker any more to speak of; absent while there is one. */
  gone?: string;
  /** Why it was killed and started again although no spec asked for that, each time. */
  hangs: string[];
}

/**
 * Looks after the broker of a run. One that hangs, whatever made it hang, is killed and started again where
 * that is possible, so that it costs the specs that run, and not those that follow.
 */
export class Watchdog {
  readonly #broker: Broker;
  readonly #changes: ChangeCounter;
  readonly #say: (line: string) => void;
  readonly #hangs: string[] = [];
  #lost: string | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #look: Promise<BrokerState> | undefined;

  /**
   * @param changes counts what changes from now on
   * @param say tells the user a line about what happens
   */
  constructor(broker: Broker, changes: ChangeCounter, say: (line: string) => void) {
    this.#broker = broker;
    this.#changes = changes;
    this.#say = say;
  }

  /** How it is said to be, without asking it. */
  async state(): Promise<BrokerState> {
    return await this.#inTurn(async () => this.#state());
  }

  /** How it turns out to be when it is asked. Who asks meanwhile gets the same answer. */
  async look(): Promise<BrokerState> {
    this.#look ??= this.#inTurn(async () => {
      this.#look = undefined;
      const state = await this.#examine();
      // Specs that begin ask again then, and do not run into a broker that is not there
      if (state.gone !== undefined) this.#changes.add();
      return state;
    });
    return await this.#look;
  }

  /** Does something to the broker while nobody else does, and nobody looks. */
  async change<Result>(what: () => Promise<Result>): Promise<Result> {
    return await this.#inTurn(() => this.#counted(what));
  }

  async #counted<Result>(what: () => Promise<Result>): Promise<Result> {
    this.#changes.add();
    try {
      return await what();
    } finally {
      this.#changes.add();
    }
  }

  async #inTurn<Result>(what: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(what);
    this.#turn = turn.catch(() => undefined);
    return await turn;
  }

  async #examine(): Promise<BrokerState> {
    const state = this.#state();
    if (state.gone !== undefined) return state;
    const served = await askWhetherServing(state.description);
    // It can have died of the question, or before it
    if (served.serves || this.#broker.died() !== undefined) return this.#state();
    if (!served.hangs) return { ...state, gone: `The broker does not answer: ${served.why}` };
    await this.#counted(() => this.#startAnew(served.why));
    return this.#state();
  }

  async #startAnew(why: string): Promise<void> {
    if (!this.#broker.description.capabilities.includes('kill')) {
      this.#lost = `The broker hangs: ${why}`;
      return;
    }
    this.#say(`The broker hangs: ${why}. It is killed and started again.`);
    try {
      await this.#broker.kill();
      this.#hangs.push(why);
    } catch (error) {
      this.#lost = `The broker hung (${why}), and could not be started again: ${String(error)}`;
    }
  }

  #state(): BrokerState {
    const died = this.#broker.died();
    const gone = this.#lost ?? (died === undefined ? undefined : `The broker died: ${died}`);
    return {
      description: this.#broker.description,
      hangs: [...this.#hangs],
      ...(gone === undefined ? {} : { gone }),
    };
  }
}
