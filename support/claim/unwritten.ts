import { SpecMistake } from '../errors.ts';

/** Stands for the story of a claim until it is written: it could not run, and need not name mutants yet. */
export function unwritten(): Promise<void> {
  return Promise.reject(new SpecMistake('Its story is not written yet; CONTRIBUTING.md tells how.'));
}
