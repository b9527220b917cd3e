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

/** A mistake in a spec, and what its author can do about it. */
export class SpecMistake extends CouldNotRun {}

/** What an error says, whatever was thrown; its name where it says nothing. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message || error.name : String(error);
}

const full = ['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG'];

/**
 * That a disk is full, in one line; `undefined` for any other error.
 *
 * @param what can't be written, where the error does not say
 */
export function fullDisk(error: unknown, what: string): string | undefined {
  if (!(error instanceof Error && 'code' in error && full.includes(String(error.code)))) return undefined;
  return `${'path' in error ? String(error.path) : what} can't be written: ${whyNotWritten(error)}.`;
}

/** Why a file or folder can't be written, in words; `undefined` for an error that says something else. */
export function whyNotWritten(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return notWritten[code];
}

/** By the codes of Node.js. */
const notWritten: Partial<Record<string, string>> = {
  ENOSPC: 'no space is left there',
  EDQUOT: 'the quota is used up',
  EFBIG: 'ulimit -f allows no file of that size',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'it is on a read-only file system',
  ENOENT: 'it does not exist and can not be made',
  ENOTDIR: 'a part of its path is not a folder',
};
