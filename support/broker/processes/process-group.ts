import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { mustNotSurvive } from './reaper.ts';

/** What to run, and how. */
export interface ProcessGroupOptions {
  env: NodeJS.ProcessEnv;
  /** File descriptor for what the processes print; absent: it is collected in `printed`. */
  output?: number;
  cwd?: string;
}

/**
 * A program in a session and process group of its own, where no Ctrl-C of the terminal reaches it. It never
 * outlives this process, and does not keep it from ending.
 */
export class ProcessGroup {
  /** What the processes printed, if it went to no file. */
  printed = '';
  readonly #child: ChildProcess;
  readonly #leader: number;
  readonly #exit: Promise<string>;
  readonly #release: () => void;
  #end: string | undefined;
  #killed = false;

  private constructor(child: ChildProcess, leader: number, release: () => void) {
    this.#child = child;
    this.#leader = leader;
    this.#release = release;
    this.#exit = once(child, 'close').then(([code, signal]: unknown[]) => {
      this.#end = typeof signal === 'string' ? `killed by ${signal}` : `exit code ${String(code)}`;
      return this.#end;
    });
  }

  /** Starts `command`, whose first word is the program. */
  static async start(command: readonly string[], options: ProcessGroupOptions): Promise<ProcessGroup> {
    const output = options.output ?? 'pipe';
    // The shell waits for a line before it becomes the program: by then the reaper knows of it, so there is no
    // moment at which this process could die and leave it behind.
    const child = spawn('/bin/sh', ['-c', 'read -r line && exec "$@"', 'sh', ...command], {
      env: options.env,
      cwd: options.cwd,
      detached: true,
      stdio: ['pipe', output, output],
    });
    if (child.pid === undefined) {
      const [error] = await once(child, 'error');
      throw error;
    }
    child.stdin?.on('error', () => {});
    child.unref();
    if (child.stdin !== null && 'unref' in child.stdin && typeof child.stdin.unref === 'function')
      child.stdin.unref();

    const release = await mustNotSurvive({ processGroup: child.pid });
    const group = new ProcessGroup(child, child.pid, release);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        group.printed += text;
      });
    }
    group.tell('start');
    return group;
  }

  /** How the program ended: `exit code 1`, `killed by SIGKILL`; `undefined` while it runs. */
  get end(): string | undefined {
    return this.#end;
  }

  /** Writes a line to its standard input. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Sends a signal to every process of the group. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    process.kill(-this.#leader, signal);
  }

  /** Resolves when the program has ended, with how. */
  async ended(): Promise<string> {
    this.#child.ref();
    return await this.#exit;
  }

  /** Kills every process of the group; resolves when the program is gone, and with it its ports. */
  async kill(): Promise<void> {
    if (!this.#killed) {
      this.#killed = true;
      try {
        // Others of the group can have outlived the program, so its end says nothing. Once is enough, and
        // waiting for them is not wise: where nobody collects orphans they stay as zombies for good.
        process.kill(-this.#leader, 'SIGKILL');
      } catch {
        // The last of them is gone already.
      }
    }
    await this.ended();
    this.#release();
  }
}
