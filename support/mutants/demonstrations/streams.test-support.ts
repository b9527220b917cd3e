import { setTimeout as pause } from 'node:timers/promises';
import type { ConsumeMessage, Options } from 'amqplib';
import { askUntil } from '../../waiting/until.ts';
import * as library from '../library/index.ts';
import { type Bench, consume, demonstration, type Demonstration } from './demonstration.test-support.ts';

/** Brokers that have streams. */
const versions = '>=3.9';
/** And streams that can be filtered. */
const filtering = '>=3.13';

/** A stream with messages that are written one by one. */
async function stream({ confirmChannel, name }: Bench, ...messages: (string | [string, Options.Publish])[]) {
  const sender = await confirmChannel();
  const queue = name('log');
  await sender.assertQueue(queue, { arguments: { 'x-queue-type': 'stream' } });
  const publish = async (body: string, properties: Options.Publish = {}) => {
    sender.sendToQueue(queue, Buffer.from(body), properties);
    await sender.waitForConfirms();
  };
  for (const message of messages)
    await (typeof message === 'string' ? publish(message) : publish(...message));
  return { queue, publish };
}

/** A consumer that has its place in the stream, and what it got when a message has come that it gets in any case. */
async function read({ channel }: Bench, queue: string, given: Record<string, unknown> = {}, prefetch = 100) {
  const reader = await channel();
  await reader.prefetch(prefetch);
  const { got, bodies } = await consume(reader, queue, { arguments: given });
  await reader.checkQueue(queue);
  const upTo = async (last: string) => {
    await askUntil(
      async () => bodies(),
      (seen) => seen.includes(last),
      { within: 2_000 },
    );
    return bodies();
  };
  return { reader, got, upTo };
}

const first = { 'x-stream-offset': 'first' };

function offsetOf(message: ConsumeMessage | undefined): unknown {
  return message?.properties.headers?.['x-stream-offset'];
}

/** Where a consumer begins in a stream of three messages, before a fourth comes. */
function beginning(
  title: string,
  given: Record<string, unknown>,
  right: string[],
  ...wrong: Demonstration['wrong']
): Demonstration {
  const observe = async (bench: Bench) => {
    const { queue, publish } = await stream(bench, '1', '2', '3');
    const { upTo } = await read(bench, queue, given);
    await publish('4');
    return await upTo('4');
  };
  return { ...demonstration(title, observe, right, ...wrong), versions };
}

const all = ['1', '2', '3', '4'];
const timestamp = { '!': 'timestamp', value: 1_000_000_000 };
const taken = library.streamOffsetTakenFor;

export const streams: readonly Demonstration[] = [
  {
    ...demonstration(
      'a stream that two consumers read, one after the other',
      async (bench) => {
        const { queue, publish } = await stream(bench, 'earlier');
        await (await read(bench, queue, first)).upTo('earlier');
        const { upTo } = await read(bench, queue, first);
        await publish('later');
        return (await upTo('earlier')).includes('earlier');
      },
      true,
      [library.streamsReadOnce, false],
    ),
    versions,
  },
  {
    ...demonstration(
      'a stream with a message that came from elsewhere',
      async (bench) => {
        const { queue, publish } = await stream(bench);
        await bench.management.in(bench.virtualHost).exchanges.publish('', queue, 'from elsewhere');
        await publish('last');
        return await (await read(bench, queue, first)).upTo('last');
      },
      ['from elsewhere', 'last'],
      [library.streamsForgottenByRestarts, ['last']],
    ),
    versions,
  },
  {
    ...demonstration(
      'a message of a stream that is rejected',
      async (bench) => {
        const { queue } = await stream(bench, '1', '2');
        const { reader, got, upTo } = await read(bench, queue, first, 1);
        await upTo('1');
        const [message] = got;
        if (message !== undefined) reader.reject(message, true);
        return await upTo('2');
      },
      ['1', '2'],
      [library.rejectedFromStreamsAgain, ['1', '1', '2']],
    ),
    versions: filtering,
  },
  beginning('from the first message on', first, all, [taken('first', 'last'), ['3', '4']]),
  beginning(
    'from what was written last on',
    { 'x-stream-offset': 'last' },
    ['3', '4'],
    [taken('last', 'first'), all],
  ),
  beginning('from now on', { 'x-stream-offset': 'next' }, ['4'], [taken('next', 'first'), all]),
  beginning('from where nobody says', {}, ['4'], [library.streamOffsetFirstAssumed, all]),
  beginning(
    'from a number on',
    { 'x-stream-offset': 1 },
    ['2', '3', '4'],
    [taken('number', 'first'), all],
    [taken('number', 'next'), ['4']],
    [library.streamOffsetsExclusive, ['3', '4']],
  ),
  beginning('from a time on that is long ago', { 'x-stream-offset': timestamp }, all, [
    taken('timestamp', 'next'),
    ['4'],
  ]),
  beginning(
    'from a time on that is to come',
    { 'x-stream-offset': { ...timestamp, value: 4_000_000_000 } },
    ['4'],
    [taken('timestamp', 'first'), all],
  ),
  beginning('from an hour ago on', { 'x-stream-offset': '60m' }, all, [taken('interval', 'next'), ['4']]),
  {
    ...demonstration(
      'from a second ago on, where all is older',
      async (bench) => {
        const { queue, publish } = await stream(bench, '1');
        await pause(1_500);
        const { upTo } = await read(bench, queue, { 'x-stream-offset': '1s' });
        await publish('2');
        return await upTo('2');
      },
      ['2'],
      [taken('interval', 'first'), ['1', '2']],
      [taken('interval', '1h'), ['1', '2']],
    ),
    versions,
  },
  {
    ...demonstration(
      'the offset of the second message in a stream',
      async (bench) => {
        const { queue } = await stream(bench, '1', '2');
        const { got, upTo } = await read(bench, queue, first);
        await upTo('2');
        return offsetOf(got[1]);
      },
      1,
      [library.streamOffsetsFromOne, 2],
      [library.streamOffsetsAreText, '1'],
      [library.headerLost('x-stream-offset'), undefined],
    ),
    versions,
  },
  {
    ...demonstration(
      'a message of a stream with an array in its headers',
      async (bench) => {
        const { queue } = await stream(bench, ['task', { headers: { array: [1, 2], text: 'some' } }]);
        const { got, upTo } = await read(bench, queue, first);
        await upTo('task');
        const { array, text } = (got[0]?.properties.headers ?? {}) as Record<string, unknown>;
        return { array, text };
      },
      { array: undefined, text: 'some' },
      [library.compoundHeadersKeptInStreams, { array: [1, 2], text: 'some' }],
    ),
    versions,
  },
  {
    ...demonstration(
      'a stream that is filtered by two values',
      async (bench) => {
        const valued = (value: string): [string, Options.Publish] => [
          value,
          { headers: { 'x-stream-filter-value': value } },
        ];
        const { queue } = await stream(bench, valued('two'), 'none', valued('one'));
        const given = { ...first, 'x-stream-filter': ['one', 'two'] };
        return await (await read(bench, queue, given)).upTo('one');
      },
      ['two', 'one'],
      [library.streamFilterFirstAlone, ['one']],
      [library.unfilteredAlwaysMatched, ['two', 'none', 'one']],
    ),
    versions: filtering,
  },
  {
    ...demonstration(
      'what basic.get says of a stream',
      async (bench) => {
        const { queue } = await stream(bench, 'task');
        const client = await bench.client();
        const refused = new Promise((resolve) => client.once('error', ({ code }) => resolve(code)));
        const channel = await client.createChannel();
        channel.on('error', () => {});
        return await Promise.race([refused, channel.get(queue).catch(() => refused)]);
      },
      540,
      [library.getFromStreamsTakenForEmpty, false],
    ),
    versions,
  },
];
