import { once } from 'node:events';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { connect as connectTls } from 'node:tls';

import { CouldNotRun } from '../../errors.ts';
import { limited } from '../../waiting/limited.ts';
import type { Address } from '../broker.ts';

/** What a tunnel leads to. */
export interface Remote {
  /** Of one broker or cluster: each connection goes to the next one, or to the one after it if that does not answer. */
  addresses: readonly Address[];
  /** TLS is spoken there; the authority by which its certificate is checked (PEM), absent: those that Node.js knows. */
  tls?: { ca?: string };
}

/** A listener on loopback without TLS, behind which are those of the broker. */
interface Tunnel {
  address: Address;
  close(): Promise<void>;
}

/** How long one of several addresses may take before the next one is tried, in milliseconds. */
const connectMs = 5_000;

/**
 * Opens a listener on loopback that hands every connection on, over TLS where that is spoken, so that whoever reads and
 * writes raw AMQP can do so with a broker that speaks TLS only or has several addresses. It does not keep the process from
 * ending.
 */
export async function openTunnel(remote: Remote): Promise<Tunnel> {
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => {
    open.add(near);
    near.on('close', () => open.delete(near));
    near.on('error', () => {});
    void reach(remote, (turn += 1), near).then((far) => {
      if (far === undefined) return near.destroy();
      // A failure on either side ends the other, which is all that a connection without TLS would tell.
      pipeline(near, far, () => {});
      return pipeline(far, near, () => {});
    });
  });
  server.unref();
  const listening = once(server, 'listening');
  server.listen(0, '127.0.0.1');
  await listening;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new CouldNotRun('The tunnel has no port.');

  return {
    address: { host: address.address, port: address.port },
    async close() {
      const closed = once(server, 'close');
      server.close();
      open.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}

/**
 * Makes a TLS connection and closes it.
 *
 * @throws what the connection or the check of the certificate failed with
 */
export async function tryTls(address: Address, tls: Remote['tls'], signal: AbortSignal): Promise<void> {
  (await connected(address, tls ?? {}, signal)).destroy();
}

/** @returns a connection to the address whose turn it is, or to the next one that answers; `undefined`: none does */
async function reach({ addresses, tls }: Remote, turn: number, near: Socket): Promise<Socket | undefined> {
  const inTurn = addresses.map((_, index) => addresses[(turn + index) % addresses.length]);
  const gone = new AbortController();
  near.once('close', () => gone.abort());
  for (const address of inTurn) {
    if (address === undefined || near.destroyed) return undefined;
    const signal = addresses.length === 1 ? gone.signal : limited(connectMs, gone.signal);
    try {
      return await connected(address, tls, signal);
    } catch {
      // Who connects is told that nobody answers when there is no address left
    }
  }
  return undefined;
}

async function connected({ host, port }: Address, tls: Remote['tls'], signal: AbortSignal): Promise<Socket> {
  const socket = tls === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ...tls });
  try {
    await once(socket, tls === undefined ? 'connect' : 'secureConnect', { signal });
    socket.setNoDelay(true);
    return socket;
  } catch (error) {
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  }
}
