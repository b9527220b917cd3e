import { once } from 'node:events';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Address } from '../broker/broker.ts';
import { clientsServedElsewhere, identity } from './library/index.ts';
import type { Mutant } from './mutant.ts';
import { startMutantProxy } from './proxy.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A listener that hangs up on everybody with its name. */
async function node(name: string): Promise<Address> {
  const server = net.createServer((socket) => socket.on('error', () => {}).end(name));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  return { host: '127.0.0.1', port };
}

async function whoServes(mutant: Mutant): Promise<{ served: string[]; fired: number }> {
  const nodes = [
    { name: 'a', erlangName: 'a', amqp: await node('a') },
    { name: 'b', erlangName: 'b', amqp: await node('b') },
  ] as const;
  const proxy = await startMutantProxy({ mutant, amqp: nodes[0].amqp, nodes });
  ends.push(() => proxy.close());
  const served: string[] = [];
  for (const { amqp } of proxy.nodes ?? []) {
    const client = net.connect(amqp);
    client.setEncoding('utf8');
    let told = '';
    for await (const chunk of client) told += String(chunk);
    served.push(told);
  }
  return { served, fired: proxy.fired };
}

test('each node serves its own clients', async () => {
  expect(await whoServes(identity)).toEqual({ served: ['a', 'b'], fired: 0 });
});

test('of a mutant, another node serves the clients of one', async () => {
  expect(await whoServes(clientsServedElsewhere('b', 'a'))).toEqual({ served: ['a', 'a'], fired: 1 });
});
