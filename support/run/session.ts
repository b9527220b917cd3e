import { ask } from '../broker/asked.ts';
import type { Broker, BrokerDescription } from '../broker/broker.ts';
import { chooseBroker } from '../broker/choose.ts';
import { BrokerHost, type HostAddress } from '../broker/host.ts';
import type { Extension } from '../broker/extensions.ts';
import {
  contradictions,
  type Finding,
  offeredExtensions,
  type Profile,
  profileOf,
} from '../broker/profile.ts';
import { ManagementClient } from '../management/client.ts';

/** The broker of one run: started once, lent to the processes that run specs, and removed at the end. */
export class Session {
  readonly #abort = new AbortController();
  readonly #say: (line: string) => void;
  #broker: Broker | undefined;
  #profile: Profile | undefined;
  #offers: Extension[] = [];
  #findings: Finding[] = [];
  #host: BrokerHost | undefined;
  #starting: Promise<HostAddress> | undefined;
  #stopping: Promise<void> | undefined;

  /** @param say tells the user a line about what happens */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** The broker under test, once it was started. */
  get broker(): BrokerDescription | undefined {
    if (this.#broker === undefined) return undefined;
    const { description } = this.#broker;
    return this.#profile === undefined
      ? description
      : { ...description, profile: this.#profile.file, findings: this.#findings };
  }

  /** How its profile says that it deviates, by the ids of claims. */
  get deviations(): Profile['deviations'] {
    return this.#profile?.deviations ?? {};
  }

  /** The extensions of AMQP 0-9-1 that it has. */
  get offers(): Extension[] {
    return this.#offers;
  }

  /** Whether the session was ended. */
  get stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  /**
   * Starts the broker that the environment asks for, unless it runs already.
   *
   * @param profiles of all known brokers
   * @throws UsageError when there is none to be had, or several profiles speak of it
   */
  async start(profiles: readonly Profile[]): Promise<HostAddress> {
    this.#starting ??= this.#started(profiles);
    return await this.#starting;
  }

  /** The broker's log from a moment on. */
  async log(since: number): Promise<string> {
    return (await this.#broker?.log(since)) ?? '';
  }

  /** Stops and removes all that was started, also in the middle of the start. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stopped();
    await this.#stopping;
  }

  async #started(profiles: readonly Profile[]): Promise<HostAddress> {
    const broker = await chooseBroker({
      environment: process.env,
      signal: this.#abort.signal,
      say: this.#say,
    });
    this.#broker = broker;
    this.#profile = profileOf(broker.description, profiles);
    const asked = await ask(broker.description);
    this.#offers = offeredExtensions(this.#profile, asked);
    this.#findings = contradictions(this.#profile, asked);
    this.#host = await BrokerHost.serve(broker, this.#say);
    return this.#host.address;
  }

  async #stopped(): Promise<void> {
    this.#abort.abort(new Error('The run was stopped.'));
    await this.#starting?.catch(() => undefined);
    await this.#clearUp().catch((error: unknown) => {
      this.#say(`What this run made on the broker could not be removed: ${String(error)}`);
    });
    await this.#host?.close();
    await this.#broker?.stop();
  }

  /** Removes what the run made on a broker that goes on living. */
  async #clearUp(): Promise<void> {
    const { description } = this.#broker ?? {};
    const url = description?.managementUrl;
    if (this.#host === undefined || description?.provider !== 'external' || url === undefined) return;
    const { run } = this.#host.address;
    const management = new ManagementClient({ ...description, url });
    try {
      for (const resources of [management.virtualHosts, management.users]) {
        const ours = (await resources.list()).filter(({ name }) => name.startsWith(`${run}.`));
        for (const { name } of ours) await resources.delete(name);
      }
    } finally {
      await management.close();
    }
  }
}
