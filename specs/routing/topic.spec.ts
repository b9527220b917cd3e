import { claim, docs, expect, mutants, specification, type Stage, tutorial } from '#support';

claim(
  'routing/topic-star',
  {
    says: 'In a binding key of a topic exchange, * stands for exactly one word between dots, never for none or two, nor for a part of one.',
    documented: [docs('exchanges#topic'), specification('3.1.3.3'), tutorial('five', 'topic-exchange')],
    refutedBy: [mutants.starTakenForHash, mutants.exchangeTypeTakenFor('topic', 'direct')],
    tags: ['tutorial five', 'routing and topics'],
  },
  async (stage) => {
    const keys = [
      '',
      'orange',
      'quick.orange',
      'orange.fox',
      'quick.orange.fox',
      'quick.brown.fox',
      'lazy.orange.male.fox',
    ];
    const table = {
      orange: ['orange'],
      '*': ['orange'],
      'quick.*': ['quick.orange'],
      '*.orange': ['quick.orange'],
      '*.*': ['quick.orange', 'orange.fox'],
      '*.orange.*': ['quick.orange.fox'],
      'quick.*.fox': ['quick.orange.fox', 'quick.brown.fox'],
      '*.*.*.*': ['lazy.orange.male.fox'],
      'or*': [],
    };

    const seen = await routed(stage, Object.keys(table), keys);

    expect(seen).toEqual(table);
  },
);

claim(
  'routing/topic-hash',
  {
    says: 'In a binding key of a topic exchange, # stands for zero or more words, at the beginning, in the middle or at the end, but not for a part of a word.',
    documented: [docs('exchanges#topic'), specification('3.1.3.3'), tutorial('five', 'topic-exchange')],
    refutedBy: [mutants.hashTakenForStar, mutants.hashTakesAWord],
    tags: ['tutorial five', 'routing and topics'],
  },
  async (stage) => {
    const keys = [
      '',
      'lazy',
      'lazybones',
      'quick',
      'lazy.fox',
      'quick.lazy',
      'lazy.fox.male',
      'lazy.quick.male',
      'male.lazy',
    ];
    const table = {
      '#': keys,
      'lazy.#': ['lazy', 'lazy.fox', 'lazy.fox.male', 'lazy.quick.male'],
      '#.lazy': ['lazy', 'quick.lazy', 'male.lazy'],
      'lazy.#.male': ['lazy.fox.male', 'lazy.quick.male'],
      '#.fox.#': ['lazy.fox', 'lazy.fox.male'],
      '*.#': keys.filter((key) => key !== ''),
      'lazy#': [],
    };

    const seen = await routed(stage, Object.keys(table), keys);

    expect(seen).toEqual(table);
  },
);

/** Binds a queue with each pattern, publishes a message with each key, and tells which keys each pattern got. */
async function routed(
  { exchange, queue, producer }: Stage,
  patterns: string[],
  keys: string[],
): Promise<Record<string, string[]>> {
  const animals = await exchange('topic');
  const queues = await Promise.all(patterns.map(() => queue()));
  for (const [index, bound] of queues.entries()) await bound.bindTo(animals, patterns[index]);
  const sender = await producer({ confirms: true });
  for (const key of keys) await sender.publish(animals, key, key);
  const got = await Promise.all(queues.map((bound) => bound.takeAll()));
  return Object.fromEntries(
    patterns.map((pattern, index) => [pattern, (got[index] ?? []).map(({ routingKey }) => routingKey)]),
  );
}
