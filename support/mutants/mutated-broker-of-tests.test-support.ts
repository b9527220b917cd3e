import { randomUUID } from 'node:crypto';
import { satisfies } from 'semver';
import { afterAll, beforeAll, type TestContext } from 'vitest';
import { type Broker, nodeNames } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { ManagementClient } from '../management/client.ts';
import type { Mutant } from './mutant.ts';
import { startMutantProxy } from './proxy.ts';
import { Bench, type Demonstration } from './demonstrations/demonstration.test-support.ts';

/** A broker for the tests of a file, with a virtual host for all of them, which mutants let them see. */
export class MutatedBrokerOfTests {
  broker!: Broker;
  readonly virtualHost = `mutants-${randomUUID()}`;
  #management!: ManagementClient;

  constructor() {
    beforeAll(async () => {
      this.broker = await sharedBroker();
      const { managementUrl: url = '', username, password } = this.broker.description;
      this.#management = new ManagementClient({ url, username, password });
      await this.#management.virtualHosts.put(this.virtualHost);
    });
    afterAll(async () => {
      await this.#management.virtualHosts.delete(this.virtualHost);
      await this.#management.close();
    });
  }

  /** Skips where a demonstration can't be seen. */
  skipUnless({ versions = '*' }: Demonstration, { skip }: TestContext): void {
    const { version } = this.broker.description;
    if (!satisfies(version, versions)) skip(`RabbitMQ ${version} is not ${versions}`);
  }

  /** What a story shows of a mutant, and how often that changed something in it. */
  async shows(
    mutant: Mutant,
    story: (bench: Bench) => Promise<unknown>,
  ): Promise<{ shown: unknown; fired: number }> {
    const { amqp, managementUrl = '', username, password } = this.broker.description;
    const administrator = { username, password, virtualHost: this.virtualHost };
    // One broker is as good as several nodes to who only asks on which of them a client is
    const nodes = nodeNames.map((name) => ({ name, erlangName: name, amqp }));
    const proxy = await startMutantProxy({ mutant, amqp, nodes, managementUrl, administrator });
    const bench = new Bench(proxy, this.broker.description, this.virtualHost);
    try {
      return { shown: await story(bench), fired: proxy.fired };
    } finally {
      await bench.close();
      await proxy.close();
    }
  }
}
