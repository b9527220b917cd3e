import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { nodesWithin, relays, relaysOf, told } from './cluster-processes.test-support.ts';

const loader = new URL('../../typescript.mjs', import.meta.url).href;

test('a run that is killed leaves nothing of its cluster', { timeout: 120_000 }, async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'cluster-test-'));
  const module = JSON.stringify(new URL('./embedded.ts', import.meta.url).href);
  const source = `
    import { embedded } from ${module};
    await embedded.startCluster(new AbortController().signal);
    console.log('up');
    setInterval(() => {}, 1000);`;
  const run = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporary },
  });
  await once(createInterface({ input: run.stdout }), 'line');
  expect((await nodesWithin(temporary)).length).toBeGreaterThan(2);
  const [relaying = ''] = await relaysOf(run.pid);
  expect(told(relaying, 'cmdline')).toContain(relays);
  run.kill('SIGKILL');
  await expect.poll(() => readdir(temporary), { timeout: 10_000 }).toEqual([]);
  await expect.poll(() => nodesWithin(temporary), { timeout: 10_000 }).toEqual([]);
  await expect.poll(() => told(relaying, 'cmdline'), { timeout: 10_000 }).not.toContain(relays);
  await rm(temporary, { recursive: true });
});
