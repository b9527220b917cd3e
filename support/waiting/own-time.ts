import { CouldNotRun } from '../errors.ts';

/**
 * A limit to the time that a spec takes by itself. What the harness does to the whole broker meanwhile, and to start
 * processes, has limits of its own, and the spec is not to blame for it: on a busy machine a `rabbitmqctl` takes many
 * times what the spec does.
 */
export class OwnTime {
  readonly #within: number;
  readonly #passed: Promise<never>;
  #fail: (error: CouldNotRun) => void = () => {};
  #timer: NodeJS.Timeout | undefined;
  #left: number;
  #since = 0;
  #aside = 0;
  #over = false;

  /** @param within milliseconds */
  constructor(within: number) {
    this.#within = within;
    this.#left = within;
    this.#passed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    this.#passed.catch(() => undefined);
  }

  /** @throws CouldNotRun when the work takes longer */
  async limit(work: () => Promise<void>): Promise<void> {
    this.#run();
    try {
      await Promise.race([work(), this.#passed]);
    } finally {
      this.#over = true;
      clearTimeout(this.#timer);
    }
  }

  /** Waits for something that does not count; while several are waited for, none of that time does. */
  readonly aside = async <Result>(waited: () => Promise<Result>): Promise<Result> => {
    this.#aside += 1;
    if (this.#aside === 1) this.#stop();
    try {
      return await waited();
    } finally {
      this.#aside -= 1;
      if (this.#aside === 0) this.#run();
    }
  };

  #run(): void {
    if (this.#over) return;
    this.#since = performance.now();
    this.#timer = setTimeout(() => {
      this.#fail(
        new CouldNotRun(`The spec did not end within the ${this.#within} ms that the harness gives it.`),
      );
    }, this.#left);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#left = Math.max(0, this.#left - (performance.now() - this.#since));
  }
}
