import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer, type Server } from 'node:tls';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Certificates, makeCertificates } from './certificates.ts';

let folder: string;
let certificates: Certificates;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'brokerproof-certificates-'));
  certificates = await makeCertificates(join(folder, 'made if need be'));
  server = createServer(
    { key: await readFile(certificates.keyFile), cert: await readFile(certificates.certFile) },
    (socket) => socket.end(),
  ).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function handshake(caFile: string, servername: string): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', servername, ca: await readFile(caFile) });
  try {
    await once(socket, 'secureConnect');
  } finally {
    socket.destroy();
  }
}

test('the server is trusted by its authority under its name', async () => {
  await handshake(certificates.caFile, certificates.serverName);
});

test('the server is not trusted under another name', async () => {
  await expect(handshake(certificates.caFile, 'other.test')).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
});

test('the server is not trusted by the other authority', async () => {
  await expect(handshake(certificates.otherCaFile, certificates.serverName)).rejects.toMatchObject({
    code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  });
});
