import { claim, docs, expect, mutants, notClassic, notQuorum, numbered, premise, type Stage } from '#support';

claim(
  'streams/filter',
  {
    says: 'From 3.13 on, a consumer with x-stream-filter gets all messages of a stream that were published with that x-stream-filter-value, none that were published without, and few of the others; one without a filter gets all.',
    documented: [
      docs('stream-filtering#stage-1-bloom-filter'),
      docs('stream-filtering#example-bloom-amqp-091'),
      docs('stream-filtering#filter-stages-overview'),
      docs('stream-filtering#bloom-filter-vs-amqp-filter-expressions'),
    ],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.13' },
    refutedBy: [
      mutants.consumerArgumentLost('x-stream-filter'),
      mutants.headerIgnored('x-stream-filter-value'),
      mutants.unfilteredAlwaysMatched,
      mutants.tenthsConfirmedAndLost,
    ],
  },
  async (stage) => {
    const others = numbered(1, 20, 'of another');
    const log = await published(stage, ['emea', undefined, ...others, 'emea', undefined, 'emea']);
    await readByAnother(stage, log);

    const filtered = await reading(stage, log, { 'x-stream-filter': 'emea' });
    const all = await reading(stage, log, {});

    const bodies = async () => filtered.deliveries.map(({ body }) => body);
    await expect(async () => (await bodies()).filter(isOf('emea')), 'what has the value').toBecome([
      '1 emea',
      '23 emea',
      '25 emea',
    ]);
    expect((await bodies()).filter(isOf('undefined')), 'what has none').toEqual([]);
    const strangers = (await bodies()).filter(isOf('of another')).length;
    expect(strangers, 'messages with another value').toBeLessThan(others.length / 2);
    await expect(async () => all.deliveries.length, 'messages without a filter').toBecome(25);
  },
);

claim(
  'streams/filter-several',
  {
    says: 'From 3.13 on, x-stream-filter may be an array: a consumer gets what was published with any of its values, and nothing that was published without one.',
    documented: [docs('stream-filtering#example-bloom-amqp-091')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.13' },
    refutedBy: [
      mutants.streamFilterFirstAlone,
      mutants.consumerArgumentLost('x-stream-filter'),
      mutants.headerIgnored('x-stream-filter-value'),
      mutants.unfilteredAlwaysMatched,
    ],
  },
  async (stage) => {
    const log = await published(stage, ['emea', 'apac', undefined, 'amer', 'emea', 'apac']);

    const filtered = await reading(stage, log, { 'x-stream-filter': ['emea', 'apac', 'unheard of'] });

    const wanted = ['1 emea', '2 apac', '5 emea', '6 apac'];
    // Of what has another value some may come
    const got = async () => filtered.deliveries.map(({ body }) => body).filter((body) => !isOf('amer')(body));
    await expect(got, 'what has one of the values, or none').toBecome(wanted);
  },
);

claim(
  'streams/filter-unfiltered',
  {
    says: 'From 3.13 on, a consumer with x-stream-filter and x-stream-match-unfiltered gets also what was published without a value; with false it does not.',
    documented: [docs('stream-filtering#stage-1-bloom-filter')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.13' },
    refutedBy: [mutants.consumerArgumentLost('x-stream-match-unfiltered'), mutants.unfilteredAlwaysMatched],
  },
  async (stage) => {
    const log = await published(stage, ['emea', undefined, 'emea', undefined, 'emea']);
    await readByAnother(stage, log);
    const filter = { 'x-stream-filter': 'emea' };

    const both = await reading(stage, log, { ...filter, 'x-stream-match-unfiltered': true });
    const one = await reading(stage, log, { ...filter, 'x-stream-match-unfiltered': false });

    await expect(both).toReceive(['1 emea', '2 undefined', '3 emea', '4 undefined', '5 emea']);
    await expect(one).toReceive(['1 emea', '3 emea', '5 emea']);
  },
);

/** A stream with a message for each value, one by one: what is written at once is filtered at once. */
async function published({ queue, producer }: Stage, values: (string | undefined)[]) {
  const log = await queue();
  const sender = await producer({ confirms: true });
  for (const [index, value] of values.entries()) {
    const headers = value === undefined ? {} : { 'x-stream-filter-value': value };
    await sender.sendToQueue(log, { body: `${index + 1} ${value}`, headers });
  }
  return log;
}

/** Else a consumer would get nothing since another one has had it. */
async function readByAnother(stage: Stage, log: Awaited<ReturnType<Stage['queue']>>): Promise<void> {
  for (const _ of [1, 2]) await premise((await reading(stage, log, {})).next());
}

async function reading(
  { consumer }: Stage,
  log: Awaited<ReturnType<Stage['queue']>>,
  filter: Record<string, unknown>,
) {
  const given = { 'x-stream-offset': 'first', ...filter };
  return await consumer(log, { name: 'reader', prefetch: 100, arguments: given });
}

function isOf(value: string) {
  return (body: string) => body.endsWith(` ${value}`);
}
