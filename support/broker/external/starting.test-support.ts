import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { expect } from 'vitest';
import { UsageError } from '../../errors.ts';
import type { Broker } from '../broker.ts';
import { externalProvider } from './provider.ts';

const never = new AbortController().signal;

export async function start(environment: Record<string, string>): Promise<Broker> {
  return await externalProvider(environment).start(never);
}

/** The error with which a start fails; it tells no secret. */
export async function failure(environment: Record<string, string>): Promise<UsageError> {
  const error = await start(environment).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  expect(JSON.stringify(error)).not.toContain('secret');
  return error as UsageError;
}

/** The port of a server that listens on loopback from now on. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
