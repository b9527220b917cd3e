import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { ProcessGroup } from './process-group.ts';

const env = { PATH: process.env['PATH'] };

test('tells how a program ended and what it printed', async () => {
  const group = await ProcessGroup.start(['/bin/sh', '-c', 'echo out; echo err >&2; exit 3'], { env });
  expect(await group.ended()).toBe('exit code 3');
  expect(group.end).toBe('exit code 3');
  expect(group.printed).toContain('out\n');
  expect(group.printed).toContain('err\n');
});

test('hands lines to the standard input', async () => {
  const group = await ProcessGroup.start(['/bin/sh', '-c', 'read -r word; echo "got $word"'], { env });
  group.tell('this');
  await group.ended();
  expect(group.printed).toBe('got this\n');
});

test('kills what the program started too, even after its own end', async () => {
  const group = await ProcessGroup.start(
    ['/bin/sh', '-c', 'sleep 1000 </dev/null >/dev/null 2>&1 & echo $!'],
    { env },
  );
  expect(await group.ended()).toBe('exit code 0');
  const sleeper = Number(group.printed);
  expect(isAlive(sleeper)).toBe(true);
  await group.kill();
  await expect.poll(() => isAlive(sleeper)).toBe(false);
});

test('kills a program that runs', async () => {
  const group = await ProcessGroup.start(['sleep', '1000'], { env });
  await group.kill();
  expect(group.end).toBe('killed by SIGKILL');
  await group.kill();
});

test('does not start what is not there', async () => {
  const group = await ProcessGroup.start(['/nonexistent/program'], { env });
  expect(await group.ended()).toBe('exit code 127');
  expect(group.printed).toContain('/nonexistent/program');
});

/** Whether a process is there and not a zombie that nobody has collected yet. */
function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
