import { delimiter } from 'node:path';

import { UsageError } from '../../errors.ts';
import type { Availability, Broker, Provider } from '../broker.ts';
import { fetchPackages } from './debian-packages.ts';
import { findProgram, type Installation } from './installation.ts';
import { startNodes } from './cluster.ts';
import { startNode } from './node.ts';
import { cacheFolder, hasInstallation, intactInstallation, withCacheLocked } from './package-cache.ts';

const tools = ['apt-get', 'dpkg-deb', 'flock'];
const cure = 'Use BROKER=container, BROKER=local or BROKER=external on this machine.';

/**
 * A private node of the broker of this machine's distribution, Debian or one of its kind. The packages are
 * fetched and unpacked into a cache of the user once; nothing is installed.
 */
export const embedded: Provider = {
  name: 'embedded',

  async available(): Promise<Availability> {
    const cache = await cacheFolder();
    if (await hasInstallation(cache)) return { works: true, why: `the broker is in ${cache}` };

    const missing = await missingTool();
    return missing === undefined
      ? { works: true, why: "the distribution's packages can be fetched with apt-get" }
      : { works: false, why: missing, cure };
  },

  async start(signal: AbortSignal, say?: (line: string) => void): Promise<Broker> {
    return await startNode('embedded', await installed(signal, say), signal);
  },

  async startCluster(signal: AbortSignal, say?: (line: string) => void): Promise<Broker> {
    return await startNodes('embedded', await installed(signal, say), signal);
  },
};

/** By the signal that ends a run, which may start several brokers. */
const found = new WeakMap<AbortSignal, Promise<Installation>>();

async function installed(signal: AbortSignal, say?: (line: string) => void): Promise<Installation> {
  const installation = found.get(signal) ?? intactOrFetched(signal, say);
  found.set(signal, installation);
  return await installation;
}

async function intactOrFetched(signal: AbortSignal, say?: (line: string) => void): Promise<Installation> {
  const cache = await cacheFolder();
  return (await intactInstallation(cache, say)) ?? (await fetchOnce(cache, signal));
}

async function fetchOnce(cache: string, signal: AbortSignal): Promise<Installation> {
  const missing = await missingTool();
  if (missing !== undefined) throw new UsageError(`The embedded broker can't be fetched: ${missing}.`, cure);

  return await withCacheLocked(cache, signal, async () => {
    // Another run may have fetched it while this one waited.
    return (await intactInstallation(cache)) ?? (await fetchPackages(cache, signal));
  });
}

async function missingTool(): Promise<string | undefined> {
  const path = (process.env['PATH'] ?? '').split(delimiter);
  for (const tool of tools) {
    if ((await findProgram(tool, path)) === undefined)
      return `${tool} is not on the PATH, so this is not Debian, Ubuntu or one of their kind`;
  }
  return undefined;
}
