import { UsageError } from './errors.ts';

/** What a run plays at random without being told otherwise: the same each time, so that a red one is explained. */
const usual = 1;

/**
 * The seed of all that a run does at random: the environment's `SEED`.
 *
 * @throws UsageError when it is no number
 */
export function seedOfRun(environment: NodeJS.ProcessEnv = process.env): number {
  const { SEED: given } = environment;
  if (given === undefined || given === '') return usual;
  const seed = Number(given);
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0x7fff_ffff) return seed;
  throw new UsageError(
    `The seed ${given} is no number.`,
    'Give a whole number from 0 to 2147483647: SEED=7.',
  );
}
