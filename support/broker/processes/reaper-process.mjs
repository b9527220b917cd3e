// The program behind reaper.ts. Plain JavaScript, so that it starts in 40 ms and not in 250.
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

import { startedAt as startOf } from './started-at.mjs';

/** @typedef {import('./reaper.ts').Mortal} Mortal */

/** What to remove when the pipe closes; a process with the moment it started, so that no other is taken for it. */
/** @type {Map<number, { mortal: Mortal, startedAt?: string }>} */
const watched = new Map();

// A terminal that closes, or a service manager that ends the run, must not end what cleans up after it.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  /** @type {{ key: number, mortal?: Mortal }} */
  const { key, mortal } = JSON.parse(line);
  if (mortal === undefined) watched.delete(key);
  else {
    const startedAt = 'processGroup' in mortal ? startOf(mortal.processGroup) : undefined;
    watched.set(key, { mortal, startedAt });
  }
}

// An engine that hangs must not keep this here for ever
setTimeout(() => process.exit(1), 60_000).unref();

const all = [...watched.values()];
await Promise.all(
  all.map(async ({ mortal, startedAt }) => {
    if ('processGroup' in mortal) await killGroup(mortal.processGroup, startedAt);
  }),
);
await Promise.all([
  removeContainers(all.map(({ mortal }) => mortal)),
  ...all.map(async ({ mortal }) => {
    if ('folder' in mortal) await rm(mortal.folder, { recursive: true, force: true, maxRetries: 5 });
  }),
]);

/**
 * @param {number} leader
 * @param {string | undefined} startedAt
 */
async function killGroup(leader, startedAt) {
  const now = startOf(leader);
  // Another process has this id by now, so the group is gone. Without a leader a group keeps its id for itself.
  if (now !== undefined && now !== startedAt) return;

  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      process.kill(-leader, 'SIGKILL');
    } catch {
      return;
    }
    await pause(10);
  }
}

/** @param {Mortal[]} mortals */
async function removeContainers(mortals) {
  const ofEngine = ['container', 'containersLabelled', 'networksLabelled'];
  if (!mortals.some((mortal) => ofEngine.some((kind) => kind in mortal))) return;

  const { getContainerRuntimeClient } = await import('testcontainers');
  const { container: engine } = await getContainerRuntimeClient();
  await Promise.all(
    mortals.map(async (mortal) => {
      if ('container' in mortal) await removeContainer(engine.dockerode, mortal.container);
      else if ('containersLabelled' in mortal) {
        const filters = { label: [mortal.containersLabelled] };
        const found = await engine.dockerode.listContainers({ all: true, filters });
        await Promise.all(found.map(({ Id }) => removeContainer(engine.dockerode, Id)));
      }
    }),
  );
  for (const mortal of mortals) {
    if (!('networksLabelled' in mortal)) continue;
    const filters = { label: [mortal.networksLabelled] };
    const found = await engine.dockerode.listNetworks({ filters });
    await Promise.all(found.map(({ Id }) => engine.dockerode.getNetwork(Id).remove())).catch(() => {});
  }
}

/**
 * @param {import('testcontainers').ContainerRuntimeClient['container']['dockerode']} docker
 * @param {string} id
 */
async function removeContainer(docker, id) {
  try {
    await docker.getContainer(id).remove({ force: true, v: true });
  } catch (error) {
    const gone =
      error instanceof Error &&
      'statusCode' in error &&
      (error.statusCode === 404 || error.statusCode === 409);
    if (!gone) throw error;
  }
}
