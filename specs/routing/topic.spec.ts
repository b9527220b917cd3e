import { channelError, claim, docs, expect, mutants, specification, type Stage, tutorial } from '#support';

claim(
  'routing/topic-star',
  {
    says: 'In a binding key of a topic exchange, * stands for exactly one word between dots, never for none or two, nor for a part of one.',
    documented: [docs('exchanges#topic'), specification('3.1.3.3'), tutorial('five', 'topic-exchange')],
    refutedBy: [mutants.starTakenForHash, mutants.exchangeTypeTakenFor('topic', 'direct')],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1300',
        affected: { lavinmq: '<2.5.0' },
        happened: 'a * at the end of a binding key matched several words',
        seen: { by: mutants.starTakenForHash },
      },
    ],
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

    expect(seen, 'what each binding key gets').toEqual(table);
  },
);

claim(
  'routing/topic-hash',
  {
    says: 'In a binding key of a topic exchange, # stands for zero or more words, at the beginning, in the middle or at the end, but not for a part of a word.',
    documented: [docs('exchanges#topic'), specification('3.1.3.3'), tutorial('five', 'topic-exchange')],
    refutedBy: [mutants.hashTakenForStar, mutants.hashTakesAWord, mutants.wordsAfterHashSkipped],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/issues/1607',
        affected: { lavinmq: '<2.6.2' },
        happened: 'a # at the end of a binding key with a * in it did not match zero words',
        seen: { by: mutants.hashTakesAWord },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1300',
        affected: { lavinmq: '<2.5.0' },
        happened: 'of the words behind a # not all were looked at',
        seen: { by: mutants.wordsAfterHashSkipped },
      },
    ],
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
      'lazy.lazy',
      'lazy.quick.lazy',
      'lazy.lazy.old.fox',
      'lazy.old.lazy.old.fox',
    ];
    const table = {
      '#': keys,
      'lazy.#': keys.filter((key) => key === 'lazy' || key.startsWith('lazy.')),
      '#.lazy': ['lazy', 'quick.lazy', 'male.lazy', 'lazy.lazy', 'lazy.quick.lazy'],
      'lazy.#.male': ['lazy.fox.male', 'lazy.quick.male'],
      '#.fox.#': keys.filter((key) => key.split('.').includes('fox')),
      '*.lazy.#': ['quick.lazy', 'male.lazy', 'lazy.lazy', 'lazy.lazy.old.fox'],
      '#.lazy.lazy': ['lazy.lazy'],
      '#.lazy.old.fox': ['lazy.lazy.old.fox', 'lazy.old.lazy.old.fox'],
      '*.#': keys.filter((key) => key !== ''),
      'lazy#': [],
    };

    const seen = await routed(stage, Object.keys(table), keys);

    expect(seen, 'what each binding key gets').toEqual(table);
  },
);

claim(
  'routing/topic-empty-key',
  {
    says: 'An empty binding key of a topic exchange matches the empty routing key, of messages to this exchange alone: not of those to another topic exchange.',
    documented: [docs('exchanges#topic'), specification('3.1.3.3')],
    queueTypes: { stream: true },
    refutedBy: [mutants.emptyTopicsShared, mutants.bindingsIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/16271',
        affected: { rabbitmq: '>=4.3.0 <4.3.1' },
        happened:
          'messages without a routing key came to queues that were bound without one to another topic exchange',
        seen: { by: mutants.emptyTopicsShared },
      },
    ],
    tags: ['tutorial five', 'routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const [animals, plants] = [await exchange('topic'), await exchange('topic')];
    const [ofAnimals, ofPlants] = [await queue(), await queue()];
    await ofAnimals.bindTo(animals, '');
    await ofPlants.bindTo(plants, '');
    const sender = await producer({ confirms: true });

    await sender.publish(animals, '', 'to animals');
    await sender.publish(animals, 'fox', 'to a fox');
    await sender.publish(plants, '', 'to plants');

    await expect(ofAnimals).toReceive(['to animals'], { name: 'animals' });
    await expect(ofPlants).toReceive(['to plants'], { name: 'plants' });
  },
);

claim(
  'routing/topic-hash-limit',
  {
    says: 'A binding key of a topic exchange may have two #, and no more: a third is a channel error 406.',
    documented: [
      {
        title: 'RabbitMQ 4.3.5 release notes',
        url: 'https://github.com/rabbitmq/rabbitmq-server/releases/tag/v4.3.5',
      },
    ],
    queueTypes: { stream: true },
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(406, 404)],
    tags: ['tutorial five', 'routing and topics'],
    appliesTo: { rabbitmq: '>=4.3.5' },
  },
  async ({ exchange, queue, openChannel, producer }) => {
    const animals = await exchange('topic');
    const mine = await queue();
    const channel = await openChannel();

    await expect(channel.bindQueue(mine.name, animals.name, '#.lazy.#')).toBeAccepted();
    await expect(channel.bindQueue(mine.name, animals.name, '#.lazy.#.fox.#')).toBeRefused(
      channelError(406, 'PRECONDITION_FAILED', 'queue.bind'),
    );

    await (await producer()).publish(animals, 'a.lazy.old.fox', 'by the first binding');
    await expect(mine).toReceive(['by the first binding']);
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
  for (const [index, bound] of queues.entries())
    await expect(bound.bindTo(animals, patterns[index])).toBeAccepted();

  const sender = await producer({ confirms: true });
  await Promise.all(keys.map((key) => sender.publish(animals, key, `with '${key}'`)));
  const got = await Promise.all(queues.map((bound) => bound.takeAll()));
  return Object.fromEntries(
    patterns.map((pattern, index) => [pattern, (got[index] ?? []).map(({ routingKey }) => routingKey)]),
  );
}
