/** Numbers that are at random, and the same for the same seed: from 0 up to and without `below`. */
export type Random = (below: number) => number;

/** @see https://en.wikipedia.org/wiki/Xorshift */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b9) || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export function oneOf<Each>(these: readonly Each[], random: Random): Each {
  const chosen = these[random(these.length)];
  if (chosen === undefined) throw new TypeError('There is nothing to choose from.');
  return chosen;
}
