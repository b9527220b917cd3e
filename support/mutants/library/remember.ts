/**
 * What a mutant remembers of each channel; to be made where its rules are, and so anew for each run of a proxy:
 * `const tags = perChannel(() => new Set<string>())`, and in an act `tags(channel)`.
 */
export const perChannel = perObject;

/** The same for connections. */
export const perConnection = perObject;

function perObject<Memory>(begin: () => Memory): (object: object) => Memory {
  const memories = new WeakMap<object, Memory>();
  return (object) => {
    const memory = memories.get(object) ?? begin();
    memories.set(object, memory);
    return memory;
  };
}
