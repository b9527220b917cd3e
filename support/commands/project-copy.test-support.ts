import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { choiceVariables } from '../broker/choose.ts';
import { readResults } from '../report/results.ts';
import { askUntil } from '../waiting/until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where commands keep what they have translated. */
const cacheFolder = 'node_modules/.cache/brokerproof';

/** How long what a dead command started may take to go, in milliseconds. */
const cleanUpMs = 20_000;

/** What the environment of these tests must not tell the commands. */
const unset = [...choiceVariables, 'VITEST', 'TEST', 'NODE_ENV', 'FORCE_COLOR', 'CI', 'GITHUB_STEP_SUMMARY'];

/**
 * A copy of the project: what its commands do there leaves the reports of the real one alone, and whatever they
 * start can be told from everything else on the machine by its folder for temporary files. Its files are those of the
 * real one, so a test that wants another content calls `change`.
 */
export class ProjectCopy {
  readonly #place = join(tmpdir(), `brokerproof-copy-${randomBytes(6).toString('hex')}`);
  readonly folder: string;
  readonly #temporary = join(this.#place, 'tmp');
  #pages = false;

  /**
   * @param specs content of the spec files by their paths under `specs`; absent: the real ones, with the real
   *   profiles of brokers
   * @param profiles content of the profiles by their names, where the specs are not the real ones
   * @param name of its folder, if that matters
   */
  constructor(specs?: Record<string, string>, profiles: Record<string, unknown> = {}, name = '') {
    this.folder = join(this.#place, name);
    for (const each of [this.folder, this.#temporary]) mkdirSync(each, { recursive: true });
    for (const name of ['package.json', 'vitest.config.ts', 'tsconfig.json', 'support']) this.#take(name);

    mkdirSync(join(this.folder, 'node_modules'));
    for (const name of readdirSync(join(root, 'node_modules')).filter((each) => each !== '.cache'))
      symlinkSync(join(root, 'node_modules', name), join(this.folder, 'node_modules', name));
    // What was translated of a file holds for its copy; what vitest keeps is of a file's place
    const [cache, shared] = [join(root, cacheFolder), join(this.folder, cacheFolder)];
    for (const name of ['built', 'main', 'page']) {
      mkdirSync(join(cache, name), { recursive: true });
      mkdirSync(shared, { recursive: true });
      symlinkSync(join(cache, name), join(shared, name));
    }
    mkdirSync(join(this.folder, 'fixtures/profiles'), { recursive: true });
    // What a command writes of proofs must not get into the real project
    const linked = readdirSync(join(root, 'fixtures')).filter(
      (name) => !['profiles', 'proofs'].includes(name),
    );
    for (const name of linked) symlinkSync(join(root, 'fixtures', name), join(this.folder, 'fixtures', name));

    if (specs === undefined) for (const name of ['specs', 'fixtures/profiles']) this.#take(name);

    for (const [name, content] of Object.entries(profiles))
      writeFileSync(join(this.folder, 'fixtures/profiles', name), JSON.stringify(content));

    for (const [path, content] of Object.entries(specs ?? {})) {
      const file = join(this.folder, 'specs', path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  /** Takes a file or a folder of the real project over, but for what tests it: no command needs that. */
  #take(name: string): void {
    const [from, to] = [join(root, name), join(this.folder, name)];
    if (statSync(from).isDirectory()) {
      mkdirSync(to, { recursive: true });
      for (const each of readdirSync(from))
        if (!/\.test(?:-support)?\./.test(each)) this.#take(join(name, each));
    } else takeFile(from, to);
  }

  /** Changes a file that it has in common with the real project. */
  change(name: string, to: (content: string) => string): void {
    const file = join(this.folder, name);
    const content = readFileSync(file, 'utf8');
    rmSync(file);
    writeFileSync(file, to(content));
  }

  /** Lets its runs leave pages for people too, which take longer than most of them. */
  withPages(): this {
    this.#pages = true;
    return this;
  }

  /** Starts `pnpm test …` or `pnpm claims …` as pnpm does. */
  command(command: readonly string[], environment: Record<string, string> = {}) {
    return this.#start([join(this.folder, 'support/commands/run.mjs'), ...command], environment);
  }

  /** Starts vitest itself. */
  vitest(args: readonly string[], environment: Record<string, string> = {}) {
    return this.#start([join(this.folder, 'node_modules/vitest/vitest.mjs'), ...args], environment);
  }

  #start(program: readonly string[], environment: Record<string, string> = {}) {
    return execa(process.execPath, program, {
      cwd: this.folder,
      env: {
        ...Object.fromEntries(unset.map((name) => [name, undefined])),
        NO_COLOR: '1',
        TMPDIR: this.#temporary,
        REPORTS_FOR: this.#pages ? 'people' : 'programs',
        ...environment,
      },
      stdin: 'ignore',
      // A group of processes of its own, to which a test can send what a terminal sends
      detached: true,
      reject: false,
      all: true,
    });
  }

  /**
   * Waits until a command has printed so much.
   *
   * @throws Error when it ends before, with what it printed
   */
  async printed({ all }: ReturnType<ProjectCopy['command']>, text: RegExp): Promise<void> {
    let seen = '';
    await new Promise<void>((resolve, reject) => {
      all.on('data', (more: Buffer) => {
        seen += more.toString();
        if (text.test(seen)) resolve();
      });
      all.on('end', () => reject(new Error(`It ended, and printed no ${String(text)} but:\n${seen}`)));
    });
  }

  /** Path of something that a run left in its folder of reports. */
  report(name: string): string {
    return join(this.folder, 'reports', name);
  }

  /** What the last run says of each claim. */
  verdicts(): Record<string, string> {
    const { claims } = readResults(this.report('results.json'));
    return Object.fromEntries(claims.map(({ id, verdict }) => [id, verdict]));
  }

  /**
   * Waits until nothing is left of what the commands started: no process, no file in the folder for temporary ones.
   *
   * @throws Error with what is left
   */
  async nothingIsLeft(): Promise<void> {
    const left = await askUntil(
      async () => [...this.processes().map(({ command }) => command), ...this.files()],
      (found) => found.length === 0,
      { within: cleanUpMs },
    );
    if (left.length > 0) throw new Error(`The command left behind:\n${left.join('\n')}`);
  }

  remove(): void {
    rmSync(this.#place, { recursive: true, force: true });
  }

  /** What runs of all that the commands started: process ids and command lines. */
  processes(): { id: number; command: string }[] {
    // It has inherited the folder for temporary files, or has its home there
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && contentOf(`/proc/${name}/environ`).includes(this.#temporary))
      .map((id) => ({ id: Number(id), command: contentOf(`/proc/${id}/cmdline`).replaceAll('\0', ' ') }));
  }

  /** What lies in the folder for temporary files. */
  files(): string[] {
    return existsSync(this.#temporary) ? readdirSync(this.#temporary) : [];
  }
}

/** As a link, which is made in a thirtieth of the time: a copy of the project has 700 files. */
function takeFile(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    // The folder for temporary files may be elsewhere
    copyFileSync(from, to);
  }
}

/** Empty for a process that is gone. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
