/**
 * Wrong use or a broken set-up: a wrong URL, an unknown claim id, no provider that works.
 * Told to the user as two lines, without a stack trace; the run ends with exit code 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  /** What is wrong, in one sentence. */
  readonly problem: string;
  /** What the user can do about it, in one sentence. */
  readonly cure: string;

  constructor(problem: string, cure: string, options?: ErrorOptions) {
    super(`${problem}\n${cure}`, options);
    this.problem = problem;
    this.cure = cure;
  }
}

/**
 * The harness could not bring a claim to its assertion: set-up failed, the broker went away, a
 * deadline of the harness passed. Never to be confused with a violated claim.
 */
export class CouldNotRun extends Error {
  override readonly name = 'CouldNotRun';
}
