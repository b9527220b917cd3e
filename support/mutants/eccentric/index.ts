/**
 * The parts of the eccentric broker, each told in a sentence (`./broker.ts`). A claim that speaks of such a thing itself
 * names the part among what refutes it.
 */
export { queuesInterleaved, servedInBursts } from './dispatch.ts';
export { defaultExchangeRenamed, fieldsOther, listsInOtherOrder, overheadCounted } from './management.ts';
export { consumerTagsOther, generatedNamesOther } from './names.ts';
export { bodiesInOtherFrames, deathHistoryMore, serverPropertiesMore, textsOther } from './wire.ts';
