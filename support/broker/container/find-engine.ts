import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { Client } from 'undici';

import type { Availability } from '../broker.ts';

/** Milliseconds in which an engine on this machine or nearby answers a ping. */
const pingMs = 2_000;

/**
 * Whether a container engine answers: the one of `DOCKER_HOST`, and where that is not set the one behind a
 * usual socket. An unusable `DOCKER_HOST` is not replaced by another engine.
 */
export async function findEngine(environment: NodeJS.ProcessEnv): Promise<Availability> {
  const host = environment['DOCKER_HOST'];
  if (host !== undefined && host !== '') {
    const cure = 'Start that engine, correct DOCKER_HOST, or unset it to use the engine of this machine.';
    const failure = await ping(host, environment);
    return failure === undefined
      ? { works: true, why: `a container engine answers at DOCKER_HOST=${host}` }
      : { works: false, why: `no container engine can be used at DOCKER_HOST=${host}: ${failure}`, cure };
  }

  const cure = 'Start a container engine, or point DOCKER_HOST at one.';
  const failures: string[] = [];
  for (const socket of usualSockets(environment).filter((file) => existsSync(file))) {
    const failure = await ping(`unix://${socket}`, environment);
    if (failure === undefined) return { works: true, why: `a container engine answers at ${socket}` };

    failures.push(`${socket}: ${failure}`);
  }
  return failures.length === 0
    ? {
        works: false,
        why: 'there is not a container engine: DOCKER_HOST is not set, and no socket is there',
        cure,
      }
    : { works: false, why: `no container engine answers at ${failures.join(', ')}`, cure };
}

/** The same places, in the same order, as those where Testcontainers looks. */
function usualSockets(environment: NodeJS.ProcessEnv): string[] {
  const runtime = environment['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(runtime === undefined ? [] : [join(runtime, 'docker.sock')]),
    join(homedir(), '.docker/run/docker.sock'),
    join(homedir(), '.docker/desktop/docker.sock'),
    `/run/user/${process.getuid?.()}/docker.sock`,
  ];
}

/** Why there is no answer, or `undefined` if there is. */
async function ping(host: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  let client: Client | undefined;
  try {
    const engine = await connectionOptions(host, environment);
    if (engine === undefined) return 'it must begin with unix:// or tcp://';

    client = new Client(engine.origin, { connect: { ...engine.connect, timeout: pingMs } });
    const { statusCode, headers, body } = await client.request({
      method: 'GET',
      path: '/_ping',
      signal: AbortSignal.timeout(pingMs),
    });
    await body.dump();
    const isEngine = statusCode === 200 && headers['api-version'] !== undefined;
    return isEngine ? undefined : `what answers there (status ${statusCode}) is not a container engine`;
  } catch (error) {
    return reasonOf(error);
  } finally {
    await client?.destroy();
  }
}

interface ConnectionOptions {
  origin: string;
  connect: { socketPath?: string; ca?: Buffer; cert?: Buffer; key?: Buffer };
}

async function connectionOptions(
  host: string,
  environment: NodeJS.ProcessEnv,
): Promise<ConnectionOptions | undefined> {
  if (!URL.canParse(host)) return undefined;

  const url = new URL(host);
  if (url.protocol === 'unix:') return { origin: 'http://localhost', connect: { socketPath: url.pathname } };

  if (!['tcp:', 'http:', 'https:'].includes(url.protocol)) return undefined;

  const folder = environment['DOCKER_CERT_PATH'];
  if (environment['DOCKER_TLS_VERIFY'] !== '1' || folder === undefined)
    return { origin: `http://${url.host}`, connect: {} };

  const read = async (file: string): Promise<Buffer> => await readFile(join(folder, file));
  return {
    origin: `https://${url.host}`,
    connect: { ca: await read('ca.pem'), cert: await read('cert.pem'), key: await read('key.pem') },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);

  const code = 'code' in error ? error.code : undefined;
  if (code === 'EACCES')
    return 'this user may not use it (add the user to the group of the socket, often docker)';

  if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'nothing listens there';

  return error.name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT'
    ? `no answer within ${pingMs / 1000} s`
    : error.message;
}
