/** What the rules of a mutant remember together, made anew for each run of a proxy. */
export function perRun<Memory>(begin: () => Memory): (topology: object) => Memory {
  const memories = new WeakMap<object, Memory>();
  return (topology) => {
    const memory = memories.get(topology) ?? begin();
    memories.set(topology, memory);
    return memory;
  };
}
