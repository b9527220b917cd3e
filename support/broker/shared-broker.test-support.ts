import type { Broker } from './broker.ts';
import { chooseBroker } from './choose.ts';

let shared: Promise<Broker> | undefined;

/**
 * The broker that the files of a worker use one after the other, as the environment chooses it: who takes it leaves it as it
 * was, and does not stop it. It ends with the worker.
 */
export async function sharedBroker(): Promise<Broker> {
  shared ??= chooseBroker({
    environment: process.env,
    signal: new AbortController().signal,
    say: () => {},
  });
  return await shared;
}
