import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

function keyOf(run: string): string {
  return `brokerproof: changes of the broker of ${run}`;
}

/**
 * Counts the changes of a run's broker in memory that all threads share, so that a spec need not ask the broker's
 * host for what it knows already. To be made before the threads that run specs.
 */
export class ChangeCounter {
  readonly #count = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

  constructor(run: string) {
    setEnvironmentData(keyOf(run), this.#count);
  }

  /** To be called when a change begins and when it has ended. */
  add(): void {
    Atomics.add(this.#count, 0, 1);
  }
}

/** The count at this moment; `undefined` where it is not shared with. */
export function changesSoFar(run: string): number | undefined {
  const count = getEnvironmentData(keyOf(run)) as Int32Array | undefined;
  return count === undefined ? undefined : Atomics.load(count, 0);
}
