import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { pipeline } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ManagementClient } from '../../management/client.ts';
import type { Broker } from '../broker.ts';
import { ask } from '../handshake.ts';
import { embedded } from '../node/embedded.ts';
import { externalProvider } from './provider.ts';

const never = new AbortController().signal;
const provider = await embedded.available();

/** A way to the broker, as a node behind it would be, that counts who came. */
class Way {
  readonly server: Server;
  came = 0;

  constructor(to: { host: string; port: number }) {
    this.server = createServer((near) => {
      this.came += 1;
      const far = connect(to);
      pipeline(near, far, () => {});
      pipeline(far, near, () => {});
    });
  }

  async open(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }
}

describe.skipIf(!provider.works)('several addresses', () => {
  let owned: Broker;
  let other: Broker;
  let ways: [Way, Way];
  let url: (...ports: number[]) => string;

  beforeAll(async () => {
    [owned, other] = await Promise.all([embedded.start(never), embedded.start(never)]);
    const { amqp, username, password } = owned.description;
    ways = [new Way(amqp), new Way(amqp)];
    await Promise.all(ways.map((way) => way.open()));
    url = (...ports) =>
      `amqp://${username}:${password}@${ports.map((port) => `127.0.0.1:${port}`).join(',')}`;
  });
  afterAll(async () => {
    for (const { server } of ways) server.close();
    await Promise.all([owned.stop(), other.stop()]);
  });

  test('are used in turn, and one that has gone is left out', async () => {
    const [one, two] = ways;
    const ports = [one.port, two.port];
    const broker = await externalProvider({ AMQP_URL: url(...ports) }).start(never);
    const { title, environment } = broker.description;
    const told = ports.map((port) => `127.0.0.1:${port}`).join(',');
    expect(title).toMatch(`external (amqp://${told})`);
    expect(environment['AMQP_URL']).toMatch(`@${told}/%2F`);

    const before = ways.map(({ came }) => came);
    for (let times = 0; times < 6; times += 1) await ask(broker.description);
    expect(ways.map(({ came }, index) => came - (before[index] ?? 0))).toEqual([3, 3]);

    two.server.close();
    for (let times = 0; times < 2; times += 1) await ask(broker.description);
    expect(one.came - (before[0] ?? 0)).toBe(5);
    await broker.stop();
  });

  test('of which one is dead: it is told which', async () => {
    const dead = new Way({ host: '127.0.0.1', port: 1 });
    await dead.open();
    const { port } = dead;
    dead.server.close();
    await expect(externalProvider({ AMQP_URL: url(ways[0].port, port) }).start(never)).rejects.toThrow(
      `Nothing listens at 127.0.0.1:${port}, where AMQP_URL points.`,
    );
  });

  test('of two brokers: they are told', async () => {
    const { username, password } = owned.description;
    const { managementUrl = '', ...admin } = other.description;
    const management = new ManagementClient({ url: managementUrl, ...admin });
    // Of the same name at both
    expect(admin.username).toBe(username);
    await management.users.put(username, { password, tags: ['administrator'] });
    await management.close();
    const ports = [ways[0].port, other.description.amqp.port] as const;
    await expect(externalProvider({ AMQP_URL: url(...ports) }).start(never)).rejects.toThrow(
      `The addresses of AMQP_URL are of several brokers: a queue declared at 127.0.0.1:${ports[0]} is not known at 127.0.0.1:${ports[1]}.`,
    );
  });
});
