import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { access, constants, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { setImmediate as others } from 'node:timers/promises';

import { z } from 'zod';

import { UsageError, whyNotWritten } from '../../errors.ts';
import type { Installation } from './installation.ts';
import { mustNotSurvive } from '../processes/reaper.ts';

const manifestFile = 'brokerproof.json';
const manifestSchema = z.object({
  /** The folder for which the scripts were made; in another they do not work. */
  root: z.string(),
  origin: z.string(),
  /** Every file and link, with its digest. */
  files: z.record(z.string(), z.object({ sha256: z.string() })),
});
type Manifest = z.infer<typeof manifestSchema>;

/**
 * The user's cache of the broker for this machine's distribution and processor:
 * `~/.cache/brokerproof/debian-12-x64`, or below `XDG_CACHE_HOME`.
 *
 * In it are `broker`, which is there only when complete, `fetching`, which is there only while it is made, and
 * `lock`, held by the run that makes it.
 */
export async function cacheFolder(): Promise<string> {
  const base = process.env['XDG_CACHE_HOME'] ?? '';
  const { id, version } = await distribution();
  return join(
    base === '' ? join(homedir(), '.cache') : base,
    'brokerproof',
    `${id}-${version}-${process.arch}`,
  );
}

/** What `/etc/os-release` says. */
export async function distribution(): Promise<{ name: string; id: string; version: string }> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (key: string): string | undefined =>
    new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1];
  return {
    name: field('NAME')?.split(' ')[0] ?? process.platform,
    id: field('ID') ?? process.platform,
    version: field('VERSION_ID') ?? field('VERSION_CODENAME') ?? 'unknown',
  };
}

/** Whether there is a broker in the cache; whether it is as it was unpacked takes longer to say. */
export async function hasInstallation(cache: string): Promise<boolean> {
  return await access(join(cache, 'broker', manifestFile)).then(
    () => true,
    () => false,
  );
}

/**
 * The broker in the cache, if every file is there as it was when it was unpacked; `undefined` otherwise, whatever is the
 * matter with it. It takes 0.15 s of the 3 s in which the broker starts.
 *
 * @param say tells the user a line, if there is a broker and it is damaged
 */
export async function intactInstallation(
  cache: string,
  say?: (line: string) => void,
): Promise<Installation | undefined> {
  const root = join(cache, 'broker');
  const there = await access(root).then(
    () => true,
    () => false,
  );
  if (!there) return undefined;

  const manifest = await readManifest(root);
  const damaged = await firstOther(root, manifest?.files ?? {});
  if (damaged === undefined && manifest !== undefined) return await installationIn(root, manifest.origin);

  const why = damaged === undefined ? 'has no list of its files' : `is not as it was unpacked (${damaged})`;
  say?.(`The broker in ${cache} ${why}, so it is fetched again.`);
  return undefined;
}

/** Makes the unpacked packages in `folder` the broker of the cache, in one step. */
export async function putIntoCache(cache: string, folder: string, origin: string): Promise<Installation> {
  const root = join(cache, 'broker');
  const files: Manifest['files'] = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isDirectory()) {
      const file = join(entry.parentPath, entry.name);
      files[relative(folder, file)] = { sha256: digestOf(file) };
    }
  }
  const manifest: Manifest = { root, origin, files };
  await writeFile(join(folder, manifestFile), JSON.stringify(manifest));
  // Whatever is there was found broken.
  await rm(root, { recursive: true, force: true });
  await rename(folder, root);
  return await installationIn(root, origin);
}

/**
 * Makes the cache's folder, and runs `work` while no other run, of any process, does the same.
 *
 * @throws UsageError when the folder can't be written
 */
export async function withCacheLocked<Result>(
  cache: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  const lock = join(cache, 'lock');
  try {
    // For the true reason: a folder below a read-only one is said to be missing.
    await access(await nearestThatExists(cache), constants.W_OK);
    await mkdir(cache, { recursive: true });
    await (await open(lock, 'a')).close();
  } catch (error) {
    throw notWritable(cache, error);
  }
  // The kernel frees the lock when `cat` ends, and that ends with its standard input, so with this process.
  const holder = spawn('flock', [lock, '/bin/sh', '-c', 'echo locked && exec cat'], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const release = holder.pid === undefined ? () => {} : await mustNotSurvive({ processGroup: holder.pid });
  holder.stdin.on('error', () => {});
  const closed = once(holder, 'close');
  try {
    await Promise.race([
      once(holder.stdout, 'data', { signal }),
      closed.then(() => Promise.reject(new Error('flock ended'))),
    ]);
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    holder.kill('SIGKILL');
    holder.stdin.end();
    await closed.catch(() => {});
    release();
  }
}

/** A UsageError where the error says that a file can't be written; the error itself otherwise. */
export function notWritable(cache: string, error: unknown): unknown {
  const reason = whyNotWritten(error);
  return reason === undefined
    ? error
    : new UsageError(
        `The embedded broker's cache ${cache} can't be written: ${reason}.`,
        'Give it 150 MB, or let XDG_CACHE_HOME point to another folder.',
        { cause: error },
      );
}

async function nearestThatExists(folder: string): Promise<string> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  return exists || dirname(folder) === folder ? folder : await nearestThatExists(dirname(folder));
}

/** `undefined` where there is none for this folder. */
async function readManifest(root: string): Promise<Manifest | undefined> {
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(root, manifestFile), 'utf8')));
    return manifest.root === root ? manifest : undefined;
  } catch {
    return undefined;
  }
}

/** Of what is in a file, or where a link leads. */
function digestOf(file: string): string {
  const isLink = lstatSync(file).isSymbolicLink();
  return createHash('sha256')
    .update(isLink ? readlinkSync(file) : readFileSync(file))
    .digest('hex');
}

/** So many files are looked at between two moments at which others have their turn. */
const atATime = 50;

/** The first file that is not as it was. A promise for each would take five times as long as what is asked. */
async function firstOther(root: string, files: Manifest['files']): Promise<string | undefined> {
  for (const [index, [file, { sha256 }]] of Object.entries(files).entries()) {
    if (index % atATime === 0) await others();
    try {
      if (digestOf(join(root, file)) !== sha256) return file;
    } catch {
      return file;
    }
  }
  return undefined;
}

async function installationIn(root: string, origin: string): Promise<Installation> {
  const erlang = join(root, 'usr/lib/erlang/bin');
  const scripts = join(root, 'usr/lib/rabbitmq/bin');
  return {
    origin,
    server: join(scripts, 'rabbitmq-server'),
    control: join(scripts, 'rabbitmqctl'),
    epmd: join(erlang, 'epmd'),
    path: [erlang, process.env['PATH'] ?? '', join(root, 'usr/bin'), join(root, 'bin')].join(delimiter),
    libraries: await libraryFolders(root),
  };
}

async function libraryFolders(root: string): Promise<string[]> {
  const folders: string[] = [];
  for (const parent of [join(root, 'usr/lib'), join(root, 'lib')]) {
    const names = await readdir(parent).catch(() => []);
    folders.push(...names.filter((name) => /-linux-gnu/.test(name)).map((name) => join(parent, name)));
  }
  return folders;
}
