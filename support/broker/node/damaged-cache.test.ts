import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { hasInstallation, intactInstallation, putIntoCache } from './package-cache.ts';

let cache: string;
let machine: string;
let said: string[];

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'brokerproof-cache-'));
  machine = join(cache, 'broker/usr/lib/erlang/beam.smp');
  said = [];
  const unpacked = join(cache, 'fetching/root');
  await mkdir(join(unpacked, 'usr/lib/erlang'), { recursive: true });
  await writeFile(join(unpacked, 'usr/lib/erlang/beam.smp'), 'a machine');
  await symlink('beam.smp', join(unpacked, 'usr/lib/erlang/beam'));
  await putIntoCache(cache, unpacked, 'made up');
});

afterEach(async () => {
  await rm(cache, { recursive: true, force: true });
});

async function intact() {
  return await intactInstallation(cache, (line) => said.push(line));
}

test('what is as it was unpacked is taken without a word', async () => {
  expect(await intact()).toMatchObject({ origin: 'made up' });
  expect(await hasInstallation(cache)).toBe(true);
  expect(said).toEqual([]);
});

test('garbage of the same size is noticed, and told', async () => {
  const { size } = await stat(machine);
  await writeFile(machine, 'x'.repeat(size));
  expect(await intact()).toBeUndefined();
  expect(said).toEqual([
    `The broker in ${cache} is not as it was unpacked (usr/lib/erlang/beam.smp), so it is fetched again.`,
  ]);
});

test.each([
  ['a file that is missing', () => rm(machine)],
  ['a link that leads elsewhere', async () => await relinked('true')],
  ['a list of files that is missing', () => rm(join(cache, 'broker/brokerproof.json'))],
])('%s is noticed', async (_what, damage) => {
  await damage();
  expect(await intact()).toBeUndefined();
  expect(said).toHaveLength(1);
});

test('an empty cache is no damage', async () => {
  await rm(join(cache, 'broker'), { recursive: true });
  expect(await intact()).toBeUndefined();
  expect(said).toEqual([]);
});

async function relinked(to: string): Promise<void> {
  const link = join(cache, 'broker/usr/lib/erlang/beam');
  await rm(link);
  await symlink(to, link);
}
