import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';

import { CouldNotRun } from '../../errors.ts';
import type { Address } from '../broker.ts';

/** A TLS listener, and the authority by which its certificate is checked (PEM); absent: those that Node.js knows. */
export interface TlsAddress extends Address {
  ca?: string;
}

/** A listener on loopback without TLS, behind which is one with TLS. */
export interface TlsTunnel {
  address: Address;
  close(): Promise<void>;
}

/**
 * Opens a listener on loopback that hands every connection on over TLS, so that whoever reads and writes raw
 * AMQP can do so with a broker that speaks TLS only. It does not keep the process from ending.
 */
export async function openTlsTunnel(remote: TlsAddress): Promise<TlsTunnel> {
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connectTls(remote);
    open.add(near);
    near.on('close', () => open.delete(near));
    // A failure on either side ends the other, which is all that a connection without TLS would tell.
    pipeline(near, far, () => {});
    pipeline(far, near, () => {});
  });
  server.unref();
  const listening = once(server, 'listening');
  server.listen(0, '127.0.0.1');
  await listening;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new CouldNotRun('The TLS tunnel has no port.');

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
export async function tryTls(remote: TlsAddress, signal: AbortSignal): Promise<void> {
  const socket = connectTls(remote);
  try {
    await once(socket, 'secureConnect', { signal });
  } finally {
    socket.on('error', () => {});
    socket.destroy();
  }
}

function connectTls({ host, port, ca }: TlsAddress): TLSSocket {
  const socket = connect({ host, port, ...(ca === undefined ? {} : { ca }) });
  socket.setNoDelay(true);
  return socket;
}
