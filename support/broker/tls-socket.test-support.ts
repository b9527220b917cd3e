import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type TLSSocket } from 'node:tls';
import type { BrokerDescription } from './broker.ts';

/** Connects over TLS as a description says; for tests. */
export async function tlsSocket({ amqps }: BrokerDescription): Promise<TLSSocket> {
  const socket = connect({
    host: amqps?.host,
    port: amqps?.port ?? 0,
    servername: amqps?.serverName ?? '',
    ca: await readFile(amqps?.caFile ?? ''),
  });
  await once(socket, 'secureConnect');
  return socket;
}
