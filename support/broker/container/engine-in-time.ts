import { CouldNotRun } from '../../errors.ts';

/** How long a container engine may take for what it does in a second or two when the machine is not busy, in milliseconds. */
const engineMs = 120_000;

/**
 * Waits for a container engine, which has no limits of its own.
 *
 * @param doing what it is to do, for the error: `remove the container`
 * @throws CouldNotRun when it has not done it in two minutes
 */
export async function engineInTime<Result>(doing: string, done: Promise<Result>): Promise<Result> {
  let late: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    const hangs = new CouldNotRun(`The container engine did not ${doing} within ${engineMs / 1000} s.`);
    late = setTimeout(() => reject(hangs), engineMs);
  });
  try {
    return await Promise.race([done, tooLate]);
  } finally {
    clearTimeout(late);
  }
}
