import type { RunnerTask as Task, RunnerTestFile as File } from 'vitest';
import { clusterCapabilities } from '../broker/broker.ts';
import { UsageError } from '../errors.ts';

/**
 * Waits for the other specs of the file; one of them then performs it for all.
 *
 * @param what they share: `restart`
 */
export type Meet = (what: string, perform: () => Promise<void>) => Promise<void>;

/**
 * Lets the specs of a file share what is expensive: each says when it has arranged what it needs, and
 * when all that still run have said so, it is done once for all of them.
 */
export class Rendezvous {
  static readonly #byFile = new WeakMap<File, Rendezvous>();
  /** The specs of the file that will still come, or wait. */
  readonly #present: Set<string>;
  readonly #waiting = new Map<string, { resolve: () => void; reject: (reason: unknown) => void }>();
  #agreed: { what: string; perform: () => Promise<void> } | undefined;

  private constructor(present: Set<string>) {
    this.#present = present;
  }

  static of(file: File): Rendezvous {
    let rendezvous = Rendezvous.#byFile.get(file);
    if (rendezvous === undefined) {
      rendezvous = new Rendezvous(
        new Set(
          leaves(file)
            .filter(
              ({ mode, meta }) => (mode === 'run' || mode === 'queued') && meetsOthers(meta.claim?.needs),
            )
            .map(({ id }) => id),
        ),
      );
      Rendezvous.#byFile.set(file, rendezvous);
    }
    return rendezvous;
  }

  /** The view of one spec. */
  place({ id }: Pick<Task, 'id'>): Meet {
    return (what, perform) =>
      new Promise<void>((resolve, reject) => {
        if (this.#waiting.size > 0 && this.#agreed !== undefined && this.#agreed.what !== what) {
          reject(
            new UsageError(
              `A ${what} in a file whose specs share a ${this.#agreed.what}.`,
              'Use a file each.',
            ),
          );
          return;
        }
        this.#agreed = { what, perform };
        this.#waiting.set(id, { resolve, reject });
        this.#go();
      });
  }

  /** A spec that ended is not waited for. */
  leave({ id }: Pick<Task, 'id'>): void {
    this.#present.delete(id);
    this.#waiting.delete(id);
    this.#go();
  }

  #go(): void {
    if (this.#waiting.size === 0 || [...this.#present].some((id) => !this.#waiting.has(id))) return;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    void this.#agreed?.perform().then(
      () => all.forEach(({ resolve }) => resolve()),
      (error: unknown) => all.forEach(({ reject }) => reject(error)),
    );
  }
}

const disturbing: readonly string[] = ['restart', 'kill', 'upgrade', 'ctl', ...clusterCapabilities];

/**
 * Of a cluster all specs meet, and of a broker all that may change it: nothing may be done to it before each of them has
 * arranged what it needs.
 */
function meetsOthers(needs: readonly string[] | undefined): boolean {
  return disturbing.some((shared) => needs?.includes(shared));
}

function leaves(task: Task): Task[] {
  return 'tasks' in task ? task.tasks.flatMap(leaves) : [task];
}
