import { ask } from '../broker/handshake.ts';
import { type Broker, type BrokerDescription, managementAccess } from '../broker/broker.ts';
import { choose, type Choice } from '../broker/choose.ts';
import { BrokerServer, type Foreknowledge, type ServerAddress } from '../broker/under-test/server.ts';
import {
  contradictions,
  deviationsOf,
  type Finding,
  knownExtensions,
  type Profile,
  type ProfiledBroker,
  profileOf,
} from '../broker/profile.ts';
import { isWithin } from '../broker/version.ts';
import { messageOf } from '../errors.ts';
import { ManagementClient } from '../management/client.ts';
import { clearUp } from './clear-up.ts';

/** So much of what stays on a broker is told. */
const mostTold = 20;

/** Where the broker of each kind of specs is. */
export interface Addresses {
  together: ServerAddress;
  /** That of specs that run apart: the same, or one that is just like it. */
  apart: ServerAddress;
}

/** A broker that was started. */
interface Started {
  broker: Broker;
  foreknowledge: Foreknowledge;
}

/** What a run needs. */
export interface SessionOptions {
  /** Whether the broker is to be a cluster of three nodes. */
  cluster: boolean;
  /** Whether specs that run apart are to have a broker of their own, which takes a second one. */
  apart: boolean;
}

/** The broker of one run: started once, lent to the processes that run specs, and removed at the end. */
export class Session {
  readonly #abort = new AbortController();
  readonly #say: (line: string) => void;
  /** The first is that of specs that run apart, which take longest, and the last that of all others. */
  readonly #brokers: Broker[] = [];
  #description: BrokerDescription | undefined;
  #profile: Profile | undefined;
  #findings: Finding[] = [];
  #hosts: Promise<{ apart: BrokerServer; together: BrokerServer }> | undefined;
  #first: Promise<unknown> | undefined;
  #ready: Promise<unknown> | undefined;
  #starting: Promise<unknown> | undefined;
  #stopping: Promise<void> | undefined;
  #left = false;

  /** @param say tells the user a line about what happens */
  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** The broker under test, once it was started. */
  get broker(): ProfiledBroker | undefined {
    if (this.#description === undefined) return undefined;
    // Specs are about the release with which the run began, also where they upgrade it
    const [upgraded] = this.#brokers.flatMap((each) => each.description.upgraded ?? []);
    const description = { ...this.#description, ...(upgraded === undefined ? {} : { upgraded }) };
    return this.#profile === undefined
      ? description
      : { ...description, profile: this.#profile.file, findings: this.#findings };
  }

  /** Whether the session was ended. */
  get stopped(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Whether something is left that could not be removed: a broker, or what the run made on one that goes on living. */
  get left(): boolean {
    return this.#left;
  }

  /**
   * Begins to start the broker that the environment asks for, unless it runs already. Who asks at the address
   * waits for it.
   *
   * @param profiles of all known brokers
   */
  async start(profiles: readonly Profile[], options: SessionOptions): Promise<Addresses> {
    this.#hosts ??= this.#served(profiles, options);
    const { apart, together } = await this.#hosts;
    return { apart: apart.address, together: together.address };
  }

  /**
   * Waits until the broker has been started.
   *
   * @throws UsageError when there is none to be had, or several profiles speak of it
   */
  async ready(): Promise<void> {
    await this.#ready;
  }

  /** Waits until the first of the brokers has been started. */
  async first(): Promise<void> {
    await this.#first;
  }

  /** The broker's log from a moment on. @param apart whether it is about specs that run apart */
  async log(since: number, { apart }: { apart: boolean }): Promise<string> {
    return (await this.#brokers.at(apart ? 0 : -1)?.log(since)) ?? '';
  }

  /** Stops and removes all that was started, also in the middle of the start. */
  async stop(): Promise<void> {
    this.#stopping ??= this.#stopped();
    await this.#stopping;
  }

  async #served(
    profiles: readonly Profile[],
    { cluster, apart }: SessionOptions,
  ): Promise<{ apart: BrokerServer; together: BrokerServer }> {
    const chosen = choose({
      environment: process.env,
      signal: this.#abort.signal,
      say: this.#say,
      cluster,
      two: apart,
    });
    const first = this.#started(chosen, profiles);
    const second = apart ? this.#startedToo(chosen, first) : first;
    this.#first = first;
    this.#starting = Promise.allSettled([first, second]);
    this.#ready = Promise.all([first, second]);
    this.#ready.catch(() => undefined); // who waits for it is told
    const host = await BrokerServer.serve(first, this.#say);
    return { apart: host, together: apart ? await BrokerServer.serve(second, this.#say) : host };
  }

  async #started(chosen: Promise<Choice>, profiles: readonly Profile[]): Promise<Started> {
    const { broker } = await chosen;
    this.#brokers.push(broker);
    const { description } = broker;
    this.#description = withMetadataStore(description, await metadataStoreOf(description));
    this.#profile = profileOf(description, profiles);
    const asked = await ask(description);
    this.#findings = contradictions(this.#profile, asked);
    const { file } = this.#profile ?? {};
    const foreknowledge = {
      ...(file === undefined ? {} : { profile: file }),
      deviations: deviationsOf(this.#profile, this.#description),
      extensions: knownExtensions(this.#profile, asked),
    };
    return { broker, foreknowledge };
  }

  /** The other broker, of which the same is known as of the first one. */
  async #startedToo(chosen: Promise<Choice>, first: Promise<Started>): Promise<Started> {
    const { another } = await chosen;
    if (another === undefined) return await first;

    const broker = await another;
    this.#brokers.push(broker);
    const { foreknowledge } = await first;
    return { broker, foreknowledge };
  }

  async #stopped(): Promise<void> {
    this.#abort.abort(new Error('The run was stopped.'));
    await this.#starting;
    await this.#clearUp().catch((error: unknown) => {
      this.#left = true;
      this.#say(`What this run made on the broker could not be removed: ${messageOf(error)}`);
    });
    const { apart, together } = (await this.#hosts) ?? {};
    for (const host of new Set([apart, together])) await host?.close();
    await Promise.all(
      this.#brokers.map((broker) =>
        broker.stop().catch((error: unknown) => {
          this.#left = true;
          this.#say(`The broker could not be removed: ${messageOf(error)}`);
        }),
      ),
    );
  }

  /** Removes what the run made on a broker that goes on living. */
  async #clearUp(): Promise<void> {
    const [{ description } = {}] = this.#brokers;
    const { together } = (await this.#hosts) ?? {};
    if (together === undefined || description?.provider !== 'external') return;
    const { ledger, address } = together;
    await ledger.endSpecs();
    const { others, stays } = await clearUp(description, address.run, await ledger.left());
    if (others > 0) this.#say(`Removed from the broker: ${others} things that dead runs had left there.`);
    for (const { title, why } of stays.slice(0, mostTold)) this.#say(`Left on the broker: ${title} (${why})`);
    if (stays.length > mostTold) this.#say(`Left on the broker: ${stays.length - mostTold} more.`);
    if (stays.some(({ ours }) => ours)) this.#left = true;
  }
}

/** Asks the management API; `undefined` where it does not say. */
async function metadataStoreOf(
  description: BrokerDescription,
): Promise<BrokerDescription['metadataStore'] | undefined> {
  const access = managementAccess(description);
  if (access === undefined || description.product !== 'rabbitmq') return undefined;
  const management = new ManagementClient(access);
  try {
    const flags = await management.featureFlags.list();
    const khepri = flags.find(({ name }) => name === 'khepri_db');
    return khepri?.state === 'enabled' ? 'khepri' : 'mnesia';
  } catch {
    return undefined;
  } finally {
    await management.close();
  }
}

/** Up to 4.1, Khepri is a choice, and so belongs to what a reader has to know of a broker. */
const choosing = '>=3.13 <4.2';

function withMetadataStore(
  description: BrokerDescription,
  metadataStore: BrokerDescription['metadataStore'] | undefined,
): BrokerDescription {
  if (metadataStore === undefined) return description;
  const chosen = metadataStore === 'khepri' && isWithin(choosing, description.version);
  // A title begins with the product and its version
  const title = chosen ? description.title.replace(',', ' with Khepri,') : description.title;
  return { ...description, title, metadataStore };
}
