import pLimit from 'p-limit';
import { managementAccess } from '../broker/broker.ts';
import type { BrokerUnderTest } from '../broker/under-test/client.ts';
import { CouldNotRun, messageOf } from '../errors.ts';
import { ManagementClient } from '../management/client.ts';
import { patiently } from '../management/patiently.ts';

/** How long the harness waits for what it makes on the broker itself, in milliseconds. */
interface Patience {
  /** For one answer. */
  each: number;
  /** For all tries. */
  within: number;
}

/** A dozen at once is what makes a broker on a busy machine slow. */
const virtualHostsAtOnce = 4;

let ofThisProcess: SetUp | undefined;

/**
 * What the harness makes on the broker for the specs of a process, by the management API: patiently, as no claim speaks
 * of how long that takes, and on the broker itself, as a mutant in front of it may not hear of it.
 */
export class SetUp {
  readonly #broker: Pick<BrokerUnderTest, 'run' | 'state'>;
  readonly #patience: Patience;
  readonly #atOnce = pLimit(virtualHostsAtOnce);
  #client: { url: string; management: ManagementClient } | undefined;
  #shared: Promise<string> | undefined;

  constructor(
    broker: Pick<BrokerUnderTest, 'run' | 'state'>,
    patience: Patience = { each: 20_000, within: 60_000 },
  ) {
    this.#broker = broker;
    this.#patience = patience;
  }

  /** That of this process. */
  static for(broker: BrokerUnderTest): SetUp {
    return (ofThisProcess ??= new SetUp(broker));
  }

  /**
   * The virtual host that the specs of this process share. Making one costs 15 ms and deleting it 20 ms, so only specs
   * that change something of the virtual host itself have their own.
   */
  async sharedVirtualHost(): Promise<string> {
    // What has failed is tried again by who asks next
    this.#shared ??= this.virtualHost(`shared-${crypto.randomUUID().slice(0, 8)}`).then(({ name }) => name);
    const shared = this.#shared;
    try {
      return await shared;
    } catch (error) {
      if (this.#shared === shared) this.#shared = undefined;
      // An error of its own for each claim that waited
      throw new CouldNotRun(messageOf(error), { cause: error });
    }
  }

  /** The broker is another one now. */
  forget(): void {
    this.#shared = undefined;
  }

  /**
   * Makes a virtual host whose name begins with that of the run. Another try has another name: who is not waited for
   * any more may have made half of one, without permissions in it.
   */
  async virtualHost(what: string): Promise<{ name: string; remove: () => Promise<void> }> {
    const names: string[] = [];
    const remove = async () => {
      const { virtualHosts } = await this.#management();
      for (const name of names) await this.#atOnce(() => virtualHosts.delete(name)).catch(() => undefined);
    };
    try {
      const make = async () => {
        const name = [this.#broker.run, what, ...(names.length === 0 ? [] : [names.length + 1])].join('.');
        names.push(name);
        await (await this.#management()).virtualHosts.put(name);
        return name;
      };
      const name = await this.#atOnce(() => patiently(make, this.#patience));
      return { name, remove };
    } catch (error) {
      await remove();
      throw error;
    }
  }

  /** Makes a user without tags. */
  async user(username: string, password: string): Promise<void> {
    await this.#insist(({ users }) => users.put(username, { password }));
  }

  async removeUser(username: string): Promise<void> {
    await (await this.#management()).users.delete(username);
  }

  async permit(
    virtualHost: string,
    username: string,
    permissions: { configure: string; write: string; read: string },
  ): Promise<void> {
    await this.#insist((management) => management.in(virtualHost).permissions.put(username, permissions));
  }

  async removePolicy(virtualHost: string, name: string): Promise<void> {
    await (await this.#management()).in(virtualHost).policies.delete(name);
  }

  /** @param request what may be done twice */
  async #insist(request: (management: ManagementClient) => Promise<unknown>): Promise<void> {
    await patiently(async () => await request(await this.#management()), this.#patience);
  }

  /** The API where it is now: a restart may have moved it. */
  async #management(): Promise<ManagementClient> {
    const access = managementAccess((await this.#broker.state()).description);
    if (access === undefined) throw new CouldNotRun('The broker has no management API.');
    if (this.#client?.url !== access.url) {
      void this.#client?.management.close().catch(() => undefined);
      const management = new ManagementClient({ ...access, timeoutMs: this.#patience.each });
      this.#client = { url: access.url, management };
    }
    return this.#client.management;
  }
}
