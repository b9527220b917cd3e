import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Something that must not be left behind when this process dies.
 *
 * - `processGroup`: the leader's process id; every process of the group is killed.
 * - `folder`: removed with everything in it, after the processes are gone.
 * - `container`: a container's id; it is removed by force, with its volumes.
 * - `containersLabelled`: every container with this label (`name=value`), for the time before an id is known.
 * - `networksLabelled`: every network of the container engine with this label, after the containers.
 */
export type Mortal =
  | { processGroup: number }
  | { folder: string }
  | { container: string }
  | { containersLabelled: string }
  | { networksLabelled: string };

/** Says that the thing is gone, or somebody else's business. */
export type Release = () => void;

let reaper: ChildProcess | undefined;
let lastKey = 0;

/**
 * Sees to it that `mortal` does not survive this process, whatever ends it, SIGKILL included. A small helper
 * process waits at the other end of a pipe; when the pipe closes it removes all that was not released. It is
 * in a session of its own, so that a Ctrl-C does not reach it.
 *
 * Resolves when the pipe holds the message: from then on the promise stands. Call it before the thing is made
 * where that is possible.
 */
export async function mustNotSurvive(mortal: Mortal): Promise<Release> {
  reaper ??= startReaper();
  lastKey += 1;
  const key = lastKey;
  await tell(reaper, { key, mortal });
  return () => {
    // A reaper that is gone has nothing to forget.
    if (reaper !== undefined) void tell(reaper, { key }).catch(() => {});
  };
}

function startReaper(): ChildProcess {
  const program = fileURLToPath(new URL('./reaper-process.mjs', import.meta.url));
  const child = spawn(process.execPath, [program], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    cwd: '/',
    // What a debugger or a loader wants of this process is not meant for the reaper.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  child.unref();
  if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function')
    child.stdin.unref();

  child.stdin?.on('error', () => {});
  child.on('error', () => {});
  child.on('exit', () => {
    if (reaper === child) reaper = undefined;
  });
  return child;
}

async function tell(child: ChildProcess, message: { key: number; mortal?: Mortal }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.stdin?.write(`${JSON.stringify(message)}\n`, (error) => (error ? reject(error) : resolve()));
  });
}
