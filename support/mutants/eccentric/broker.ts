import { type Mutant, mutant } from '../mutant.ts';
import { queuesInterleaved, servedInBursts } from './dispatch.ts';
import { defaultExchangeRenamed, fieldsOther, listsInOtherOrder, overheadCounted } from './management.ts';
import { consumerTagsOther, generatedNamesOther } from './names.ts';
import { bodiesInOtherFrames, deathHistoryMore, serverPropertiesMore, textsOther } from './wire.ts';

/** In the order in which they change what is said; what is kept back comes last, since it is sent on as it is. */
export const eccentricities: readonly Mutant[] = [
  servedInBursts,
  consumerTagsOther,
  generatedNamesOther,
  bodiesInOtherFrames,
  textsOther,
  serverPropertiesMore,
  deathHistoryMore,
  listsInOtherOrder,
  fieldsOther,
  overheadCounted,
  defaultExchangeRenamed,
  queuesInterleaved,
];

/**
 * The eccentric broker: right in all that is documented, and different from RabbitMQ in all that is not. Every claim must
 * hold on it.
 *
 * @param without names of the parts that it lacks: those that a claim speaks of itself
 */
export function eccentricBroker(without: ReadonlySet<string> = new Set()): Mutant {
  const parts = eccentricities.filter(({ name }) => !without.has(name));
  const passesAs = parts.find((part) => part.passesAs !== undefined)?.passesAs;
  return {
    ...mutant(
      'eccentric',
      'is right in all that is documented and different in all that is not',
      ...parts.map((part) => () => part.begin()),
    ),
    ...(passesAs === undefined ? {} : { passesAs }),
  };
}
