import type { Address, BrokerDescription, Capability } from '../broker/broker.ts';
import type { BrokerForSpec } from './broker-for-spec.ts';
import { type BrokerChange, settingChanged, whileChanged } from './broker-change.ts';

/** What the description of a broker tells of a capability. */
const toldOf: Partial<Record<keyof BrokerDescription, Capability>> = {
  managementUrl: 'management',
  amqps: 'tls',
  amqpFromElsewhere: 'guest',
  amqpFromOwnHost: 'guest',
};

/** What it stands on. */
interface BrokerOnStageOptions {
  broker: BrokerForSpec;
  /** Is told when the broker was stopped and started. */
  restarted: () => Promise<void>;
  /** Takes something away when the spec has ended. */
  cleanUp: (how: () => Promise<void>) => void;
}

/** The broker under test, as a spec sees it: what it is, and its control. */
export class BrokerOnStage {
  readonly #broker: BrokerForSpec;
  readonly #restarted: BrokerOnStageOptions['restarted'];
  readonly #cleanUp: BrokerOnStageOptions['cleanUp'];

  constructor({ broker, restarted, cleanUp }: BrokerOnStageOptions) {
    this.#broker = broker;
    this.#restarted = restarted;
    this.#cleanUp = cleanUp;
  }

  /** What is known of it. */
  description(): BrokerDescription {
    return new Proxy(this.#broker.description, {
      get: (told, key: keyof BrokerDescription) => {
        const needed = toldOf[key];
        if (needed !== undefined) this.#broker.need(needed);
        return told[key];
      },
    });
  }

  /** Stops it gracefully and starts it again; all specs of the file meet there. All connections end. */
  async restart(): Promise<void> {
    await this.disturb('restart');
  }

  /** Kills it with SIGKILL and starts it again; all specs of the file meet there. All connections end. */
  async kill(): Promise<void> {
    await this.disturb('kill');
  }

  /** Upgrades it in place to the next release; all specs of the file meet there. All connections end. */
  async upgrade(): Promise<void> {
    await this.disturb('upgrade');
  }

  /** Opens a listener for clients from elsewhere, while the spec runs; for claims that need `guest`. */
  async openToElsewhere(): Promise<Address | undefined> {
    this.#broker.need('guest');
    const { underTest } = this.#broker;
    await underTest.openToElsewhere();
    this.#cleanUp(() => underTest.closeToElsewhere());
    return this.#broker.description.amqpFromElsewhere;
  }

  /** Runs `rabbitmqctl`. */
  async control(...args: string[]): Promise<string> {
    this.#broker.need('ctl');
    return await this.#broker.aside(() => this.#broker.underTest.control(...args));
  }

  /**
   * Runs a story while it has another setting of its application `rabbit`; for specs that run apart. What they do before is
   * done before any of the file changes something.
   */
  async whileSet(name: string, value: string, story: () => Promise<void>): Promise<void> {
    if (name === 'consumer_timeout') this.#broker.need('tick');
    await this.whileChanged(settingChanged(name, value), story);
  }

  /** The same while Erlang expressions have changed it. */
  async whileChanged(change: BrokerChange, story: () => Promise<void>): Promise<void> {
    this.#broker.need('ctl');
    await this.#broker.allArranged();
    const changed = (): Promise<void> => this.#broker.recorder.whileBrokerIsChanged(story);
    await whileChanged(this.#broker.underTest, this.#broker.aside, change, changed);
  }

  /** Its log since the spec began. */
  async log() {
    this.#broker.need('log');
    return await this.#broker.underTest.log(this.#broker.recorder.startedAt);
  }

  /** Stops it in one of these ways and starts it again; all specs of the file meet there. */
  async disturb(what: 'restart' | 'kill' | 'upgrade'): Promise<void> {
    await this.#broker.disturb(what);
    await this.#restarted();
  }
}
