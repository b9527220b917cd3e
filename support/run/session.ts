import { ask } from '../broker/handshake.ts';
import { type Broker, type BrokerDescription, managementAccess } from '../broker/broker.ts';
import { chooseBroker } from '../broker/choose.ts';
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

/** The broker of one run: started once, lent to the processes that run specs, and removed at the end. */
export class Session {
  readonly #abort = new AbortController();
  readonly #say: (line: string) => void;
  #broker: Broker | undefined;
  #description: BrokerDescription | undefined;
  #profile: Profile | undefined;
  #findings: Finding[] = [];
  #host: BrokerServer | undefined;
  #starting: Promise<{ broker: Broker; foreknowledge: Foreknowledge }> | undefined;
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
    const { upgraded } = this.#broker?.description ?? {};
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
   * @param options `cluster`: whether it is to be a cluster of three nodes
   */
  async start(profiles: readonly Profile[], { cluster }: { cluster: boolean }): Promise<ServerAddress> {
    this.#starting ??= this.#started(profiles, cluster);
    this.#host ??= await BrokerServer.serve(this.#starting, this.#say);
    return this.#host.address;
  }

  /**
   * Waits until the broker has been started.
   *
   * @throws UsageError when there is none to be had, or several profiles speak of it
   */
  async ready(): Promise<void> {
    await this.#starting;
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

  async #started(
    profiles: readonly Profile[],
    cluster: boolean,
  ): Promise<{ broker: Broker; foreknowledge: Foreknowledge }> {
    const broker = await chooseBroker({
      environment: process.env,
      signal: this.#abort.signal,
      say: this.#say,
      cluster,
    });
    this.#broker = broker;
    this.#description = withMetadataStore(broker.description, await metadataStoreOf(broker.description));
    this.#profile = profileOf(broker.description, profiles);
    const asked = await ask(broker.description);
    this.#findings = contradictions(this.#profile, asked);
    const { file } = this.#profile ?? {};
    const foreknowledge = {
      ...(file === undefined ? {} : { profile: file }),
      deviations: deviationsOf(this.#profile, this.#description),
      extensions: knownExtensions(this.#profile, asked),
    };
    return { broker, foreknowledge };
  }

  async #stopped(): Promise<void> {
    this.#abort.abort(new Error('The run was stopped.'));
    await this.#starting?.catch(() => undefined);
    await this.#clearUp().catch((error: unknown) => {
      this.#left = true;
      this.#say(`What this run made on the broker could not be removed: ${messageOf(error)}`);
    });
    await this.#host?.close();
    await this.#broker?.stop().catch((error: unknown) => {
      this.#left = true;
      this.#say(`The broker could not be removed: ${messageOf(error)}`);
    });
  }

  /** Removes what the run made on a broker that goes on living. */
  async #clearUp(): Promise<void> {
    const { description } = this.#broker ?? {};
    if (this.#host === undefined || description?.provider !== 'external') return;
    const { ledger, address } = this.#host;
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
