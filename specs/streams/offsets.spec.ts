import { setTimeout as pause } from 'node:timers/promises';
import {
  channelError,
  claim,
  docs,
  expect,
  mutants,
  notClassic,
  notQuorum,
  numbered,
  premise,
  type Stage,
  table,
} from '#support';

type Queue = Awaited<ReturnType<Stage['queue']>>;

claim(
  'streams/offset-first-last-next',
  {
    says: 'A consumer of a stream says by x-stream-offset where it begins: first at the oldest message, last at what was written last, and next, as without a word, at what comes from then on.',
    documented: [docs('streams#consuming')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [
      mutants.consumerArgumentLost('x-stream-offset'),
      mutants.streamOffsetTakenFor('first', 'last'),
      mutants.streamOffsetTakenFor('last', 'first'),
      mutants.streamOffsetTakenFor('next', 'first'),
      mutants.streamOffsetFirstAssumed,
    ],
  },
  async (stage) => {
    const log = await stage.queue();
    const sender = await stage.producer({ confirms: true });
    // One by one, so that what was written last is one message
    for (const each of numbered(1, 3)) await sender.sendToQueue(log, each);

    const first = await reader(stage, log, 'first');
    await expect(first).toReceive(numbered(1, 3));
    // Else what the others get would not show where they begin
    await premise(expect(await reader(stage, log, 'first')).toReceive(numbered(1, 3)));
    const last = await reader(stage, log, 'last');
    const next = await reader(stage, log, 'next');
    const unsaid = await reader(stage, log, undefined);
    await sender.sendToQueue(log, '4');

    await expect(first).toReceive(numbered(1, 4));
    await expect(last).toReceive(['3', '4']);
    await expect(next).toReceive(['4']);
    await expect(unsaid).toReceive(['4']);
  },
);

claim(
  'streams/offset-number',
  {
    says: 'A consumer that names a number as x-stream-offset begins at the message with that offset, wherever it is in what was written at once.',
    documented: [docs('streams#consuming')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [
      mutants.streamOffsetTakenFor('number', 'first'),
      mutants.streamOffsetTakenFor('number', 'next'),
      mutants.streamOffsetsExclusive,
      mutants.streamOffsetsFromOne,
    ],
  },
  async (stage) => {
    const log = await stage.queue();
    await (await stage.producer({ confirms: true })).sendToQueue(log, numbered(1, 20));
    const all = await premise(readByTwo(stage, log, numbered(1, 20)));

    for (const place of [1, 7, 20]) {
      const begin = await reader(stage, log, all.deliveries[place - 1]?.headers['x-stream-offset']);
      await expect(begin).toReceive(numbered(place, 20));
    }
  },
);

claim(
  'streams/offset-beyond-end',
  {
    says: 'A consumer that names a number beyond the end of a stream as x-stream-offset begins at the end: it gets what comes from then on.',
    documented: [docs('streams#consuming')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.streamOffsetTakenFor('number', 'first')],
  },
  async (stage) => {
    const log = await stage.queue();
    const sender = await stage.producer({ confirms: true });
    await sender.sendToQueue(log, numbered(1, 3));

    const beyond = await reader(stage, log, 1_000);
    const next = await stage.consumer(log, { name: 'next', on: beyond.channel, prefetch: 100 });
    await next.caughtUp();
    await sender.sendToQueue(log, '4');
    await premise(expect(next).toReceive(['4']));

    await expect(beyond).toReceive(['4'], { within: 2_000 });
  },
);

claim(
  'streams/offset-timestamp',
  {
    says: 'A consumer that names a timestamp in seconds as x-stream-offset begins with what arrived from then on, at the start of the stream where that is earlier, and at its end where that is later.',
    documented: [docs('streams#consuming')],
    extensions: ['message_ttl', 'dead_letter_exchanges'],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [
      mutants.streamOffsetTakenFor('timestamp', 'first'),
      mutants.streamOffsetTakenFor('timestamp', 'next'),
    ],
  },
  async (stage) => {
    const log = await stage.queue();
    const sender = await stage.producer({ confirms: true });
    await sender.sendToQueue(log, 'long before');
    await premise(readByTwo(stage, log, ['long before']));
    await pause(2_500);
    const now = await clockOf(stage);
    const at = (seconds: number) => ({ '!': 'timestamp', value: seconds });

    const early = await reader(stage, log, at(now));
    await sender.sendToQueue(log, 'after');
    const late = await reader(stage, log, at(now));
    const past = await reader(stage, log, at(now - 3_600));
    const future = await reader(stage, log, at(now + 3_600));
    await sender.sendToQueue(log, 'last');

    await expect(early).toReceive(['after', 'last']);
    await expect(late).toReceive(['after', 'last']);
    await expect(past).toReceive(['long before', 'after', 'last']);
    await expect(future).toReceive(['last']);
  },
);

claim(
  'streams/offset-interval',
  {
    says: 'A consumer that names an interval as x-stream-offset, a number and a unit such as 1h, begins with what arrived so long ago at most.',
    documented: [docs('streams#consuming'), docs('streams#retention')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [
      mutants.streamOffsetTakenFor('interval', 'first'),
      mutants.streamOffsetTakenFor('interval', 'next'),
      mutants.streamOffsetTakenFor('interval', '1h'),
    ],
  },
  async (stage) => {
    const log = await stage.queue();
    const sender = await stage.producer({ confirms: true });
    await sender.sendToQueue(log, 'long before');
    await premise(readByTwo(stage, log, ['long before']));
    await pause(1_500);

    const second = await reader(stage, log, '1s');
    const units = ['1h', '60m', '1D', '1M', '1Y', '3600s'];
    const long = [];
    for (const unit of units) long.push(await reader(stage, log, unit));
    await sender.sendToQueue(log, 'just now');

    await expect(second).toReceive(['just now']);
    for (const each of long) await expect(each).toReceive(['long before', 'just now']);
  },
);

claim(
  'streams/offset-invalid',
  {
    says: 'A text as x-stream-offset that is neither a place nor an interval is refused with a channel error 406.',
    documented: [docs('streams#consuming'), docs('channels#error-handling')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [
      mutants.consumerArgumentLost('x-stream-offset'),
      mutants.errorCodeChanged(406, 405),
      mutants.channelErrorsBreakTheConnection,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/16285',
        affected: { rabbitmq: '>=3.9.0 <4.2.7 || 4.3.0' },
        happened: 'an interval without digits in front ended the whole connection with 541',
        seen: { on: 'rabbitmq 4.0.5' },
      },
    ],
  },
  async ({ queue, client }) => {
    const log = await queue();

    for (const wrong of ['7', '1x', '1h30m', 'h', 'somewhere', '']) {
      const channel = await (await client({ name: 'reader' })).channel();
      await channel.qos(10);
      const consuming = channel.consume(log.name, { arguments: { 'x-stream-offset': wrong } });
      await expect(consuming, `an offset of ${JSON.stringify(wrong)}`).toBeRefused(
        channelError(406, `PRECONDITION_FAILED - invalid arg 'x-stream-offset'`, 'basic.consume'),
      );
    }
  },
);

claim(
  'streams/offset-header',
  {
    says: 'Each message of a stream is delivered with its offset in the header x-stream-offset, a long integer that rises from message to message, is the same for every consumer, and is where who names it begins.',
    documented: [
      docs('queues#1-use-a-stream'),
      docs('streams#consuming'),
      docs('stream-filtering#on-disk-stream-layout'),
    ],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [
      mutants.headerLost('x-stream-offset'),
      mutants.streamOffsetsAreText,
      mutants.streamOffsetsFromOne,
      mutants.streamOffsetsExclusive,
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1774',
        affected: { lavinmq: '<2.7.0' },
        happened: 'what was read of a stream could lack the header x-stream-offset',
        seen: { by: mutants.headerLost('x-stream-offset') },
      },
    ],
  },
  async (stage) => {
    const { queue, raw, producer } = stage;
    const log = await queue();
    await (await producer({ confirms: true })).sendToQueue(log, numbered(1, 3));
    const offsets = async (name: string) => {
      const consumer = await raw({ name });
      await consumer.send('basic.qos', { prefetchCount: 10 });
      await premise(consumer.expect('basic.qos-ok'));
      const first = table({ 'x-stream-offset': 'first' });
      await consumer.send('basic.consume', { queue: log.name, arguments: first });
      await premise(consumer.expect('basic.consume-ok'));
      const told = [];
      for (let count = 1; count <= 3; count += 1) {
        const { properties } = await premise(consumer.expect('basic.deliver'));
        told.push(properties.headers?.find(([key]) => key === 'x-stream-offset')?.[1]);
      }
      return told;
    };

    const [one, two] = [await offsets('one'), await offsets('two')];

    expect(one, 'the offsets').toMatchObject([{ tag: 'l' }, { tag: 'l' }, { tag: 'l' }]);
    const numbers = one.map((told) => Number(told?.value));
    expect(numbers, 'the offsets, in the order of the messages').toEqual(
      [...new Set(numbers)].toSorted((a, b) => a - b),
    );
    expect(two, 'the offsets for another consumer').toEqual(one);
    await expect(await reader(stage, log, numbers[1])).toReceive(['2', '3']);
  },
);

/** A consumer that has its place in the stream when it is given. */
async function reader({ consumer }: Stage, log: Queue, offset: unknown) {
  const given = offset === undefined ? {} : { arguments: { 'x-stream-offset': offset } };
  const started = await consumer(log, { name: 'reader', prefetch: 100, ...given });
  // It is answered before it has its place
  await started.caughtUp();
  return started;
}

/** Two read all that is there: where a consumer begins does not show if the first takes it from the others. */
async function readByTwo(stage: Stage, log: Queue, all: readonly string[]) {
  const [one, two] = [await reader(stage, log, 'first'), await reader(stage, log, 'first')];
  for (const each of [one, two]) await expect(each).toReceive(all);
  return one;
}

/** The time of the broker in seconds: when something died there just now. */
async function clockOf({ queue, consumer, producer }: Stage): Promise<number> {
  const told = await queue({ type: 'classic' });
  const clock = await queue({
    type: 'classic',
    arguments: {
      'x-message-ttl': 0,
      'x-dead-letter-exchange': '',
      'x-dead-letter-routing-key': told.name,
    },
  });
  await (await producer({ confirms: true })).sendToQueue(clock, 'now');
  const { headers } = await premise((await consumer(told, { name: 'clock' })).next());
  const [death] = headers['x-death'] as { time: { value: number } }[];
  return Number(death?.time.value);
}
