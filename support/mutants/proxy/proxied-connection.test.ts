import { once } from 'node:events';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askUntil } from '../../waiting/until.ts';
import { frame } from '../../wire/frame.ts';
import { RawConnection } from '../../wire/index.ts';
import { bodiesInOtherFrames } from '../eccentric/index.ts';
import * as library from '../library/index.ts';
import type { Mutant } from '../mutant.ts';
import { startMutantProxy } from '../proxy.ts';

const started: { close(): unknown }[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map(async (each) => await each.close()));
});

/** A proxy before a TCP server that does this with each connection; without it, before a port where nobody listens. */
async function proxyBefore(
  serve: ((socket: net.Socket) => void) | undefined,
  mutant: Mutant,
): Promise<net.TcpNetConnectOpts> {
  const server = net.createServer({ allowHalfOpen: true }, serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  if (serve === undefined) server.close();
  else started.push(server);
  const proxy = await startMutantProxy({ mutant, amqp: { host: '127.0.0.1', port } });
  started.push(proxy);
  return proxy.amqp;
}

for (const mutant of [library.identity, bodiesInOtherFrames]) {
  test(`${mutant.name}: the end of one side is the end of the other`, async () => {
    const ends: string[] = [];
    const amqp = await proxyBefore((socket) => {
      socket
        .on('end', () => ends.push('FIN'))
        .on('error', (error: NodeJS.ErrnoException) => ends.push(error.code ?? ''));
      socket.on('data', (data) => {
        if (data.includes('fin')) socket.end();
        if (data.includes('rst')) socket.resetAndDestroy();
      });
      socket.resume();
    }, mutant);
    const [closing, breaking] = [await RawConnection.connect(amqp), await RawConnection.connect(amqp)];
    closing.end();
    await askUntil(
      async () => ends,
      (seen) => seen.length === 1,
    );
    breaking.destroy();
    await askUntil(
      async () => ends,
      (seen) => seen.length === 2,
    );
    closing.destroy();
    expect(ends).toEqual(['FIN', 'ECONNRESET']);
    for (const [said, end] of [
      ['fin', 'FIN'],
      ['rst', 'RST'],
    ] as const) {
      const other = await RawConnection.connect(amqp);
      await other.sendOctets(Buffer.from(said));
      expect(await other.expectEnd()).toBe(end);
      other.destroy();
    }
  });
}

for (const end of ['FIN', 'RST'] as const) {
  test(`an end of the broker that is withheld counts as ${end} too, and the client sees nothing of it`, async () => {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      socket.once('data', () => {
        if (end === 'FIN') socket.end();
        else socket.resetAndDestroy();
      });
      socket.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    started.push(server);
    const { port } = server.address() as net.AddressInfo;
    const proxy = await startMutantProxy({ mutant: library.endsWithheld, amqp: { host: '127.0.0.1', port } });
    started.push(proxy);
    const client = await RawConnection.connect(proxy.amqp);
    await client.sendOctets(Buffer.from('anything'));
    const fired = await askUntil(
      async () => proxy.fired,
      (times) => times > 0,
    );
    expect(fired).toBe(1);
    expect(await client.next(200)).toBeUndefined();
    client.destroy();
  });
}

test('what a client does not read, the proxy does not take from the broker', async () => {
  const frames = Buffer.concat(
    Array.from({ length: 100 }, () => frame('body', 1, Buffer.alloc(100_000)).bytes),
  );
  const all = frames.length * 10;
  let written = 0;
  const amqp = await proxyBefore((socket) => {
    socket.on('error', () => {});
    const more = (): void => {
      if (written === all) return;
      written += frames.length;
      if (socket.write(frames)) more();
      else socket.once('drain', more);
    };
    more();
  }, library.identity);

  const client = net.connect(amqp);
  let seen = -1;
  // Until nothing moves any more
  await askUntil(
    async () => written,
    (now) => {
      const stuck = now === seen;
      seen = now;
      return stuck;
    },
    { interval: 300 },
  );
  expect(written).toBeLessThan(all / 2);

  let read = 0;
  client.on('data', (chunk) => {
    read += chunk.length;
  });
  await askUntil(
    async () => read,
    (octets) => octets === all,
  );
  expect(read).toBe(all);
  client.destroy();
});

test('where there is no broker, the connection is broken off', async () => {
  const raw = await RawConnection.connect(await proxyBefore(undefined, library.identity));
  expect(await raw.expectEnd()).toBe('RST');
});

test('two peers that both say much at once do not wait for each other', async () => {
  const amqp = await proxyBefore((socket) => socket.on('error', () => {}).pipe(socket), library.identity);
  const frames = Buffer.concat(
    Array.from({ length: 300 }, () => frame('body', 1, Buffer.alloc(100_000)).bytes),
  );
  const client = net.connect(amqp);
  let read = 0;
  client.on('data', (chunk) => {
    read += chunk.length;
  });
  client.write(frames);
  await askUntil(
    async () => read,
    (octets) => octets === frames.length,
  );
  expect(read).toBe(frames.length);
  client.destroy();
});
