import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { embedded } from './embedded.ts';
import { local } from './local.ts';
import { cacheFolder, intactInstallation } from './package-cache.ts';

let base: string;
const systemPath = process.env['PATH'] ?? '';

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'brokerproof-local-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(base, { recursive: true });
});

test('says what is missing on the PATH, and what to do', async () => {
  vi.stubEnv('PATH', base);
  expect(await local.available()).toMatchObject({
    works: false,
    why: expect.stringMatching(/rabbitmq-server|erl/),
    cure: expect.stringContaining('rabbitmq-server package'),
  });
  await expect(local.start(new AbortController().signal)).rejects.toThrow(
    "The local broker can't be started",
  );
});

test('runs the rabbitmq-server of the PATH, and no wrapper that changes the user', async () => {
  // A machine without the package has these programs in the cache of the embedded broker.
  await (await embedded.start(new AbortController().signal)).stop();
  const installation = await intactInstallation(await cacheFolder());
  const programs = join(base, 'programs');
  const wrappers = join(base, 'wrappers');
  await mkdir(programs);
  await mkdir(wrappers);
  await writeFile(
    join(wrappers, 'rabbitmq-server'),
    '#!/bin/sh\necho "Only root or rabbitmq should run this"\n',
    {
      mode: 0o755,
    },
  );
  await symlink(installation?.server ?? '', join(programs, 'rabbitmq-server'));
  await symlink(installation?.control ?? '', join(programs, 'rabbitmqctl'));
  await symlink(join(dirname(installation?.epmd ?? ''), 'erl'), join(programs, 'erl'));
  vi.stubEnv('PATH', [wrappers, programs, systemPath].join(delimiter));

  expect(await local.available()).toEqual({ works: true, why: programs });
  const broker = await local.start(new AbortController().signal);
  try {
    expect(broker.description.title).toContain(`local (${programs}, Erlang`);
    expect(await broker.control(['list_vhosts', '-q'])).toContain('/');
  } finally {
    await broker.stop();
  }
});
