import { contentMutants } from './contents.ts';
import { argumentMutants, fieldMutants } from './fields.ts';
import { occurrenceMutants } from './occurrences.ts';
import { saidMethods } from './said-by.ts';
import type { SystematicMutant } from './systematic-mutant.ts';

export type { SystematicKind, SystematicMutant } from './systematic-mutant.ts';

/**
 * What can be wrong with a method, for each method of the table and in each direction: each field another legal value,
 * each bit flipped, each property and known argument dropped, added or changed, and the method itself swallowed, said
 * twice, or put behind the next one of its channel. Nobody has thought of them one by one, so what no spec notices is a
 * question: a claim that is missing, or something that no client could tell (`unnoticed.ts`).
 */
export const systematicMutants: readonly SystematicMutant[] = saidMethods.flatMap((said) => [
  ...fieldMutants(said),
  ...argumentMutants(said),
  ...contentMutants(said),
  ...occurrenceMutants(said),
]);
