import { mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import pLimit from 'p-limit';

import { UsageError } from '../../errors.ts';
import type { Installation } from './installation.ts';
import { tail } from './log.ts';
import { distribution, notWritable, putIntoCache } from './package-cache.ts';
import { ProcessGroup } from '../processes/process-group.ts';
import { mustNotSurvive } from '../processes/reaper.ts';

const wanted = 'rabbitmq-server';

/** Of these the packages are fetched even where the system has them: they are run from the cache. */
const fetchedAnyway = /^(?:rabbitmq-server|erlang-.*)$/;

const noNetwork =
  /(?:Could not|Unable to|Cannot) (?:connect|resolve|initiate)|Temporary failure|timed out|unreachable/i;

const noSpace = /No space left on device|enough free space/i;

/** Of the archives and of what is unpacked from them, in bytes. */
const spaceNeeded = 150_000_000;

/** The C library and the loader of programs belong together, and the system's loader is the one in use. */
const neverUnpacked = /^(?:libc6|libc-bin)_/;

/**
 * Fetches the distribution's packages of RabbitMQ, Erlang and whatever of their dependencies this machine lacks,
 * and unpacks them into the cache. Apt chooses them and checks their signatures and sums, as an ordinary user,
 * and touches nothing of the system's. The caller holds the lock of the cache.
 *
 * @throws UsageError when the packages can't be had or the cache can't be written
 */
export async function fetchPackages(cache: string, signal: AbortSignal): Promise<Installation> {
  const folder = join(cache, 'fetching');
  const release = await mustNotSurvive({ folder });
  try {
    // Of a run that was ended in the middle, on a machine that lost power.
    await rm(folder, { recursive: true, force: true });
    await mustHaveSpace(cache);
    const apt = await prepareApt(folder, signal);
    await download(apt);
    const root = join(folder, 'root');
    await unpack(apt, root);
    await relocateErlang(root, join(cache, 'broker'));
    return await putIntoCache(cache, root, `${(await distribution()).name} packages`);
  } catch (error) {
    throw notWritable(cache, error);
  } finally {
    // What was killed a moment ago may still write.
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    release();
  }
}

interface Apt {
  archives: string;
  /** Runs a program; resolves with what it printed, rejects with a ToolFailure that holds it. */
  run(command: readonly string[]): Promise<string>;
  configuration: string;
  ownLists: string;
}

class ToolFailure extends Error {
  override readonly name = 'ToolFailure';
}

/**
 * Before apt is asked: on a disk that fills while it fetches, apt may say anything, and may hang.
 *
 * @throws an error with the code ENOSPC
 */
async function mustHaveSpace(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < spaceNeeded)
    throw Object.assign(new Error(`${bavail * bsize} bytes are free`), { code: 'ENOSPC' });
}

async function prepareApt(folder: string, signal: AbortSignal): Promise<Apt> {
  const archives = join(folder, 'archives');
  const ownLists = join(folder, 'lists');
  const configuration = join(folder, 'apt.conf');
  const status = join(folder, 'status');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(join(ownLists, 'partial'), { recursive: true });
  await writeFile(
    status,
    withoutFetchedAnyway(await readFile('/var/lib/dpkg/status', 'utf8').catch(() => '')),
  );
  await writeFile(
    configuration,
    [
      // What the system does after an update is not for an ordinary user.
      '#clear APT::Update::Post-Invoke;',
      '#clear APT::Update::Post-Invoke-Success;',
      '#clear DPkg::Pre-Install-Pkgs;',
      `Dir::State::status "${status}";`,
      `Dir::Cache::archives "${archives}/";`,
      'Dir::Cache::pkgcache "";',
      'Dir::Cache::srcpkgcache "";',
      'Debug::NoLocking "1";',
      'APT::Sandbox::User "";',
      'APT::Install-Recommends "0";',
      'Acquire::Languages "none";',
      'Acquire::http::Timeout "20";',
      'Acquire::https::Timeout "20";',
      '',
    ].join('\n'),
  );
  return { archives, configuration, ownLists, run: (command) => runTool(command, signal) };
}

async function download(apt: Apt): Promise<void> {
  const get = ['apt-get', '-c', apt.configuration, '-q'];
  const install = ['install', '--yes', '--download-only', '--no-remove', wanted];
  try {
    await apt.run([...get, ...install]);
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error;

    if (noNetwork.test(error.message) || noSpace.test(error.message)) throw explain(error.message, error);

    // The system's lists of packages are missing or so old that they name files which are gone.
    const own = [...get, '-o', `Dir::State::lists=${apt.ownLists}/`];
    let update = '';
    try {
      update = await apt.run([...own, 'update']);
      await apt.run([...own, ...install]);
    } catch (second) {
      throw second instanceof ToolFailure ? explain(`${update}\n${second.message}`, second) : second;
    }
  }
}

async function unpack(apt: Apt, root: string): Promise<void> {
  const packages = (await readdir(apt.archives)).filter(
    (name) => name.endsWith('.deb') && !neverUnpacked.test(name),
  );
  await mkdir(root);
  const failures: unknown[] = [];
  // All of them end before this does, so that nobody writes into a folder that is being removed.
  await pLimit(4).map(packages, async (name) => {
    try {
      await apt.run(['dpkg-deb', '--extract', join(apt.archives, name), root]);
    } catch (error) {
      failures.push(error instanceof ToolFailure ? explain(error.message, error) : error);
    }
  });
  if (failures.length > 0) throw failures[0];
}

/** Erlang's start scripts name the folder in which they were installed. */
async function relocateErlang(unpacked: string, root: string): Promise<void> {
  const erlang = 'usr/lib/erlang';
  const runtimes = (await readdir(join(unpacked, erlang))).filter((name) => name.startsWith('erts-'));
  for (const folder of ['', ...runtimes]) {
    const script = join(unpacked, erlang, folder, 'bin/erl');
    const text = await readFile(script, 'utf8');
    const quoted = `'${join(root, erlang).replaceAll("'", `'\\''`)}'`;
    await writeFile(
      script,
      text.replaceAll(/ROOTDIR=["']?\/usr\/lib\/erlang["']?$/gm, () => `ROOTDIR=${quoted}`),
    );
  }
}

async function runTool(command: readonly string[], signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const group = await ProcessGroup.start(command, { env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  const abort = (): void => void group.kill();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const end = await group.ended();
    signal.throwIfAborted();
    if (end !== 'exit code 0')
      throw new ToolFailure(`${command.slice(0, 2).join(' ')}: ${end}\n${group.printed}`);

    return group.printed;
  } finally {
    signal.removeEventListener('abort', abort);
    await group.kill();
  }
}

function explain(printed: string, cause: ToolFailure): UsageError | NodeJS.ErrnoException {
  if (noSpace.test(printed)) return Object.assign(new Error(tail(printed), { cause }), { code: 'ENOSPC' });

  const unreachable = printed.split('\n').find((line) => noNetwork.test(line));
  if (unreachable !== undefined) {
    return new UsageError(
      `The packages of the embedded broker can't be fetched: ${unreachable.trim()}`,
      "Give this machine a way to its distribution's packages once; after that the embedded broker starts offline.",
      { cause },
    );
  }
  if (/Unable to locate package|no installation candidate/i.test(printed)) {
    return new UsageError(
      `This distribution's package sources have no ${wanted}.`,
      'Add the source that has it (on Ubuntu: universe), or use another BROKER.',
      { cause },
    );
  }
  return new UsageError(
    `The packages of the embedded broker can't be fetched: ${lastError(printed)}`,
    `Try apt-get install --download-only ${wanted} to see more, or use another BROKER.`,
    { cause },
  );
}

function lastError(printed: string): string {
  const errors = printed.split('\n').filter((line) => /^\s*(?:E:|W:|Err:|dpkg-deb: error)/.test(line));
  return (errors.at(-1) ?? tail(printed, 1)).trim();
}

/**
 * The system's list of installed packages without those that are fetched in any case, and without those that
 * need them, so that nothing is left half installed in apt's eyes.
 */
function withoutFetchedAnyway(status: string): string {
  const packages = status
    .split(/\n\n+/)
    .map((text) => ({ text, name: /^Package: (.*)$/m.exec(text)?.[1] ?? '' }));
  const gone = new Set(packages.map(({ name }) => name).filter((name) => fetchedAnyway.test(name)));
  let kept = packages;
  for (let before = -1; before !== gone.size;) {
    before = gone.size;
    kept = kept.filter(({ name, text }) => {
      const needs = [...text.matchAll(/^(?:Pre-)?Depends: (.*)$/gm)].flatMap(([, list = '']) =>
        list.split(/[,|]/),
      );
      const goes = gone.has(name) || needs.some((need) => gone.has(need.trim().split(/[ :(]/)[0] ?? ''));
      if (goes) gone.add(name);

      return !goes;
    });
  }
  return `${kept.map(({ text }) => text.trim()).join('\n\n')}\n`;
}
