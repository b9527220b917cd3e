import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { execa } from 'execa';
import { expect, test } from 'vitest';

const command = fileURLToPath(new URL('run.mjs', import.meta.url));

test.runIf(existsSync('/proc/self/limits'))('too few files are told, and not a stack', async () => {
  const { all, exitCode } = await execa('sh', ['-c', `ulimit -n 64 && exec node "${command}" test`], {
    all: true,
    reject: false,
  });
  expect(all).toBe(
    'This process may open 64 files, and brokerproof needs 256.\nRun ulimit -n 256 first, and the same command again.',
  );
  expect(exitCode).toBe(2);
});

test('too little memory is told, and not a stack', async () => {
  const { all, exitCode } = await execa('node', [command, 'test'], {
    all: true,
    reject: false,
    env: { NODE_OPTIONS: '--max-old-space-size=40' },
  });
  expect(all).toMatch(/^Node\.js may use \d+ MB of memory here, and brokerproof needs 150\.\nTake [^\n]+$/);
  expect(exitCode).toBe(2);
});
