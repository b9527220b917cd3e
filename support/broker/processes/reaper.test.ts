import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { afterEach, beforeEach, expect, test } from 'vitest';

/** Lets Node.js load TypeScript where it does not do so by itself. */
const loader = new URL('../../typescript.mjs', import.meta.url).href;

let base: string;
let run: ChildProcess | undefined;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'brokerproof-reaper-'));
});

afterEach(async () => {
  run?.kill('SIGKILL');
  await rm(base, { recursive: true, force: true });
});

/** Runs a program that uses the reaper, and gives the line that it prints when it has arranged everything. */
async function arrange(program: string): Promise<string> {
  const reaper = JSON.stringify(new URL('./reaper.ts', import.meta.url).href);
  const source = `import { mustNotSurvive } from ${reaper};\n${program}`;
  run = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: run.stdout ?? process.stdin })) return line;

  throw new Error('the program printed nothing');
}

const stay = 'setInterval(() => {}, 1000);';

test('a folder goes when the run is killed', async () => {
  const folder = join(base, 'to go');
  await mkdir(join(folder, 'with', 'content'), { recursive: true });
  await arrange(`await mustNotSurvive({ folder: ${JSON.stringify(folder)} }); console.log('ready'); ${stay}`);
  run?.kill('SIGKILL');
  await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
  expect(existsSync(base)).toBe(true);
});

test('a process and its children go when the run is killed', async () => {
  const pids = await arrange(`
    import { spawn } from 'node:child_process';
    const child = spawn('sh', ['-c', 'sleep 1000 & echo $! && wait'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    await mustNotSurvive({ processGroup: child.pid });
    child.stdout.once('data', (sleeper) => console.log(child.pid + ' ' + String(sleeper).trim()));
    ${stay}`);
  const processes = pids.split(' ').map(Number);
  expect(processes.map(runs)).toEqual([true, true]);
  run?.kill('SIGKILL');
  await expect.poll(() => processes.some(runs), { timeout: 10_000 }).toBe(false);
});

test('what was released stays, and the reaper ends with the run', async () => {
  const folder = join(base, 'to stay');
  await mkdir(folder);
  const reaperIsChild = `(await import('node:fs')).readFileSync('/proc/' + process.pid + '/task/' + process.pid + '/children', 'utf8')`;
  const children = await arrange(`
    const release = await mustNotSurvive({ folder: ${JSON.stringify(folder)} });
    release();
    console.log(${reaperIsChild}.trim());`);
  const [reaper = 0] = children.split(' ').slice(-1).map(Number);
  await once(run as ChildProcess, 'exit');
  expect(run?.exitCode).toBe(0);
  await expect.poll(() => runs(reaper), { timeout: 10_000 }).toBe(false);
  expect(existsSync(folder)).toBe(true);
});

test('a signal to the process group of the run does not reach the reaper', async () => {
  const folder = join(base, 'after Ctrl-C');
  await mkdir(folder);
  const reaper = JSON.stringify(new URL('./reaper.ts', import.meta.url).href);
  const source = `import { mustNotSurvive } from ${reaper}; await mustNotSurvive({ folder: ${JSON.stringify(folder)} }); console.log('ready'); ${stay}`;
  run = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await once(run.stdout ?? process.stdin, 'data');
  process.kill(-(run.pid ?? 0), 'SIGINT');
  await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
});

/** Whether a process is there and not a zombie that nobody has collected yet. */
function runs(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
