import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { UsageError } from '../../errors.ts';
import { fetchPackages } from './debian-packages.ts';
import { embedded } from './embedded.ts';
import { cacheFolder, intactInstallation, withCacheLocked } from './package-cache.ts';

const run = promisify(execFile);
let base: string;
let mounted: string | undefined;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'brokerproof-cache-'));
  vi.stubEnv('XDG_CACHE_HOME', base);
});

/** That of a run that nothing ends. */
function never(): AbortSignal {
  return new AbortController().signal;
}

afterEach(async () => {
  vi.unstubAllEnvs();
  if (mounted !== undefined) {
    // What was killed a moment ago may not have let go yet.
    await run('umount', ['--lazy', mounted]);
    mounted = undefined;
  }
  await rm(base, { recursive: true, force: true });
});

function fetchOnce(cache: string): Promise<unknown> {
  return withCacheLocked(
    cache,
    never(),
    async () => (await intactInstallation(cache)) ?? (await fetchPackages(cache, never())),
  );
}

test('is fetched once by two runs at a time, starts offline from then on, and is mended when a file is damaged', async () => {
  const cache = await cacheFolder();
  await Promise.all([fetchOnce(cache), fetchOnce(cache)]);
  expect((await readdir(cache)).sort()).toEqual(['broker', 'lock']);
  const installation = await intactInstallation(cache);
  const server = installation?.server ?? '';
  const unpacked = await stat(join(cache, 'broker'));

  // Neither apt-get nor dpkg-deb is there now.
  const tools = join(base, 'tools');
  await mkdir(tools);
  for (const tool of ['sh', 'env', 'dirname', 'basename', 'readlink', 'sed', 'date', 'df', 'cat'])
    await writeFile(join(tools, tool), `#!/bin/sh\nPATH=/usr/bin:/bin exec ${tool} "$@"\n`, { mode: 0o755 });

  vi.stubEnv('PATH', tools);
  expect(await embedded.available()).toMatchObject({ works: true });
  await (await embedded.start(never())).stop();
  expect((await stat(join(cache, 'broker'))).ino).toBe(unpacked.ino);

  await appendFile(server, '# damaged\n');
  expect(await intactInstallation(cache)).toBeUndefined();
  await expect(embedded.start(never())).rejects.toThrow('this is not Debian');

  vi.unstubAllEnvs();
  await fetchOnce(cache);
  expect(await intactInstallation(cache)).toEqual(expect.objectContaining({ server }));
});

test('leaves a clean cache when it is aborted while it fetches', async () => {
  const cache = await cacheFolder();
  const abort = new AbortController();
  const starting = failureOf(embedded.start(abort.signal));
  await expect.poll(() => existsSync(join(cache, 'fetching', 'apt.conf')), { timeout: 10_000 }).toBe(true);
  abort.abort(new Error('Ctrl-C'));
  expect(await starting).toMatchObject({ message: 'Ctrl-C' });
  expect(await readdir(cache)).toEqual(['lock']);
});

test('an aborted wait for another run ends at once', async () => {
  const cache = await cacheFolder();
  const abort = new AbortController();
  await withCacheLocked(cache, never(), async () => {
    const waiting = failureOf(withCacheLocked(cache, abort.signal, async () => 'had it'));
    abort.abort(new Error('Ctrl-C'));
    expect(await waiting).toMatchObject({ message: 'Ctrl-C' });
  });
  expect(await withCacheLocked(cache, never(), async () => 'had it')).toBe('had it');
});

test('says when the cache is no place to write', async () => {
  await writeFile(join(base, 'file'), '');
  vi.stubEnv('XDG_CACHE_HOME', join(base, 'file'));
  await expectUsageError(embedded.start(never()), /cache .*file.* can't be written: .*not a folder/);
});

test('says when the cache is read-only', async (context) => {
  await mountSmall(context, 'size=1m,ro');
  await expectUsageError(embedded.start(never()), /can't be written: it is on a read-only file system/);
});

test('says when the disk is full, and leaves no half of a broker', async (context) => {
  await mountSmall(context, 'size=45m');
  await expectUsageError(embedded.start(never()), /can't be written: no space is left there/);
  expect(await readdir(await cacheFolder())).toEqual(['lock']);
});

test('says when the network is missing', async () => {
  // Nothing listens on the discard port of this machine.
  vi.stubEnv('http_proxy', 'http://127.0.0.1:9');
  vi.stubEnv('https_proxy', 'http://127.0.0.1:9');
  await expectUsageError(
    embedded.start(never()),
    /packages of the embedded broker can't be fetched: .*127\.0\.0\.1/,
  );
  expect(await readdir(await cacheFolder())).toEqual(['lock']);
});

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

async function expectUsageError(promise: Promise<unknown>, problem: RegExp): Promise<void> {
  const error = await failureOf(promise);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).problem).toMatch(problem);
  expect((error as UsageError).cure).not.toBe('');
}

/** Puts the cache onto a small file system of its own, for the time of a test; only root can. */
async function mountSmall(context: { skip(reason: string): void }, options: string): Promise<void> {
  const folder = join(base, 'small');
  await mkdir(folder);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  } catch {
    context.skip('only root can mount a small file system');
  }
  mounted = folder;
  vi.stubEnv('XDG_CACHE_HOME', folder);
}
