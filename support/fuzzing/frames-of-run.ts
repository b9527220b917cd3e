import { UsageError } from '../errors.ts';

/** They take a second or two. */
const usual = 100;
const most = 1_000_000;

/**
 * How many broken frames a run sends: the environment's `BROKEN_FRAMES`.
 *
 * @throws UsageError when it is no number
 */
export function framesOfRun(environment: NodeJS.ProcessEnv = process.env): number {
  const { BROKEN_FRAMES: given } = environment;
  if (given === undefined || given === '') return usual;
  const count = Number(given);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new UsageError(
    `${given} is no number of broken frames.`,
    `Give a whole number from 1 to ${most}: BROKEN_FRAMES=20000.`,
  );
}
