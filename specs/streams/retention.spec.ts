import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, mutants, notClassic, notQuorum, numbered, premise, type Stage } from '#support';

type Queue = Awaited<ReturnType<Stage['queue']>>;

/** In octets; each message here has as many, and so a segment of its own. */
const smallSegments = { 'x-stream-max-segment-size-bytes': 5_000 };
const bound = { 'x-max-length-bytes': 20_000 };
/** What a stream keeps at most: the bound, and the segment that is being written. */
const mostMessages = 5;

claim(
  'streams/retention',
  {
    says: 'A stream that grows beyond x-max-length-bytes drops the oldest of its segments, and keeps the latest messages without a gap; one without it keeps all.',
    documented: [docs('streams#retention'), docs('streams#declaring'), docs('limits#per-stream')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [
      mutants.queueArgumentLost('x-max-length-bytes'),
      mutants.queueArgumentAssumed('x-max-length-bytes', 10_000),
    ],
  },
  async (stage) => {
    const bounded = await stage.queue({ arguments: { ...smallSegments, ...bound } });
    const growing = await stage.queue({ arguments: smallSegments });

    await Promise.all([bounded, growing].map((log) => publish(stage, log, numbered(1, 8))));
    await readTwice(stage, growing, 8);

    await expect(hasDropped(stage, bounded, 8), 'whether the bounded has dropped the oldest').toBecome(true);
    const kept = await read(stage, bounded, 8);
    expect(kept, 'what the bounded keeps').toEqual(numbered(9 - kept.length, 8));
    expect(await read(stage, growing, 8), 'what the growing keeps').toEqual(numbered(1, 8));
  },
);

claim(
  'streams/retention-segments',
  {
    says: 'Retention goes by whole segments, and leaves one in place: as long as all of a stream is in one segment, nothing is dropped, however large it is.',
    documented: [docs('streams#retention')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [
      mutants.queueArgumentAssumed('x-stream-max-segment-size-bytes', 5_000),
      mutants.deliveryLost(1),
    ],
  },
  async (stage) => {
    const large = await stage.queue({ arguments: bound });
    const small = await stage.queue({ arguments: { ...smallSegments, ...bound } });

    await Promise.all([large, small].map((log) => publish(stage, log, numbered(1, 8))));

    expect((await read(stage, large, 8))[0], 'the oldest message').toBe('1');
    await premise(read(stage, large, 8));
    // What other streams drop meanwhile, it does not
    await premise(expect(hasDropped(stage, small, 8), 'whether the small segments went').toBecome(true));
    expect(await read(stage, large, 8), 'what the large segment keeps').toEqual(numbered(1, 8));
  },
);

claim(
  'streams/retention-age',
  {
    says: 'A stream with x-max-age drops segments in which all is older when a new one is begun, and keeps what is younger; one without it keeps all.',
    documented: [docs('streams#retention'), docs('streams#declaring'), docs('limits#per-stream')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.queueArgumentLost('x-max-age')],
  },
  async (stage) => {
    const aging = await stage.queue({ arguments: { ...smallSegments, 'x-max-age': '2s' } });
    const lasting = await stage.queue({ arguments: { ...smallSegments, 'x-max-age': '1h' } });
    await Promise.all([aging, lasting].map((log) => publish(stage, log, numbered(1, 4))));
    await readTwice(stage, lasting, 4);

    await pause(2_500);
    await Promise.all([aging, lasting].map((log) => publish(stage, log, numbered(5, 8))));

    const oldest = async () => Number((await readMeanwhile(stage, aging, 8))?.[0] ?? 1) > 1;
    await expect(oldest, 'whether the oldest message is gone').toBecome(true);
    expect(await read(stage, lasting, 8), 'what lasts').toEqual(numbered(1, 8));
  },
);

claim(
  'streams/retention-policy',
  {
    says: 'A policy bounds streams that are there already, and where it says something else than their arguments, the policy counts.',
    documented: [docs('streams#retention'), docs('streams#declaring')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.policiesIgnored, mutants.policiesForQueuesThatAreThereIgnored],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/issues/1613',
        affected: { lavinmq: '>=2.6.0 <2.6.4' },
        happened: 'a policy with a maximum length in bytes did not bound streams',
        seen: { by: mutants.policiesIgnored },
      },
    ],
    needs: ['management', 'administration', 'policies'],
  },
  async (stage) => {
    const { policies } = stage.management.in(await stage.ownVirtualHost());
    const generous = { ...smallSegments, 'x-max-length-bytes': 1_000_000 };
    const [shrinking, plain] = [
      await stage.queue({ name: 'shrinking', arguments: generous }),
      await stage.queue({ name: 'shrinking.plain', arguments: smallSegments }),
    ];
    await Promise.all([shrinking, plain].map((log) => publish(stage, log, numbered(1, 8))));
    await readTwice(stage, plain, 8);
    await premise(expect(hasDropped(stage, shrinking, 8)).toBecome(false));

    await policies.put('small', {
      pattern: '^shrinking',
      definition: { 'max-length-bytes': 20_000 },
      'apply-to': 'queues',
    });
    await expect(hasDropped(stage, plain, 8), 'whether the plain one has dropped the oldest').toBecome(true);
    await expect(hasDropped(stage, shrinking, 8), 'whether the other one has').toBecome(true);

    await policies.put('large', {
      pattern: '^growing$',
      definition: { 'max-length-bytes': 1_000_000 },
      'apply-to': 'queues',
    });
    const growing = await stage.queue({ name: 'growing', arguments: { ...smallSegments, ...bound } });
    await publish(stage, growing, numbered(1, 8));
    expect(await read(stage, growing, 8), 'what the policy lets a stream keep').toEqual(numbered(1, 8));
  },
);

claim(
  'streams/segment-size-policy',
  {
    says: 'A policy sets the size of segments for streams that are declared while it is there, and changes nothing in those that are there already.',
    documented: [docs('streams#declaring')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.policiesIgnored, mutants.policiesForQueuesThatAreThereIgnored],
    needs: ['management', 'administration', 'policies'],
  },
  async (stage) => {
    const { policies } = stage.management.in(await stage.ownVirtualHost());
    const older = await stage.queue({ name: 'log.older', arguments: bound });

    await policies.put('segments', {
      pattern: '^log[.]',
      definition: { 'stream-max-segment-size-bytes': 5_000 },
      'apply-to': 'queues',
    });
    const newer = await stage.queue({ name: 'log.newer', arguments: bound });
    await Promise.all([older, newer].map((log) => publish(stage, log, numbered(1, 8))));
    await readTwice(stage, older, 8);

    await expect(hasDropped(stage, newer, 8), 'whether the newer one has dropped the oldest').toBecome(true);
    expect(await read(stage, older, 8), 'what the older one keeps').toEqual(numbered(1, 8));
  },
);

claim(
  'streams/offset-before-start',
  {
    says: 'A consumer that names a number as x-stream-offset whose message is gone begins at the oldest that is there.',
    documented: [docs('streams#consuming')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    refutedBy: [mutants.streamOffsetTakenFor('number', 'next')],
  },
  async (stage) => {
    const log = await stage.queue({ arguments: { ...smallSegments, ...bound } });
    await publish(stage, log, numbered(1, 8));
    await premise(expect(hasDropped(stage, log, 8), 'whether the oldest is gone').toBecome(true));

    const first = await premise(read(stage, log, 8));
    const beforeFirst = await read(stage, log, 8, 0);

    expect(beforeFirst, 'what comes from offset 0 on').toEqual(first);
  },
);

/** One by one: what is written at once goes into one segment. */
async function publish({ producer }: Stage, log: Queue, names: readonly string[]): Promise<void> {
  const sender = await producer({ confirms: true });
  for (const name of names) await sender.sendToQueue(log, name.padEnd(5_000, ' '));
}

/** What a stream has, from an offset on up to a message that is there for sure. */
async function read(
  stage: Stage,
  log: Queue,
  last: number,
  offset: 'first' | number = 'first',
): Promise<string[]> {
  const { reader, channel } = await readerOf(stage, log, offset);
  const names = await namesUpTo(reader, last);
  await channel.close();
  return names;
}

/**
 * What a stream has that may be dropping segments: where those go that a reader was about to come to, RabbitMQ can
 * take what is left for the end, and lets it wait for a message after that. Such a reader is given up.
 */
async function readMeanwhile(stage: Stage, log: Queue, last: number): Promise<string[] | undefined> {
  const { reader, channel } = await readerOf(stage, log, 'first');
  const reading = namesUpTo(reader, last);
  const names = await Promise.race([reading, pause(1_000, undefined, { ref: false })]);
  // Its end by the closing of its channel is not news
  reading.catch(() => {});
  await channel.close();
  return names;
}

async function readerOf({ openChannel, consumer }: Stage, log: Queue, offset: 'first' | number) {
  const channel = await openChannel();
  const from = { 'x-stream-offset': offset };
  return { channel, reader: await consumer(log, { on: channel, prefetch: 100, arguments: from }) };
}

async function namesUpTo(reader: Awaited<ReturnType<Stage['consumer']>>, last: number): Promise<string[]> {
  const names: string[] = [];
  do {
    const { body } = await reader.next();
    names.push(body.trim());
  } while (names.at(-1) !== String(last));
  return names;
}

/** That who reads first takes nothing from who reads next is not what the claims here say. */
async function readTwice(stage: Stage, log: Queue, last: number): Promise<void> {
  await read(stage, log, last);
  await premise(read(stage, log, last));
}

/** Whether it has dropped so much that it keeps to its bound. */
function hasDropped(stage: Stage, log: Queue, last: number) {
  return async () => {
    const names = await readMeanwhile(stage, log, last);
    return names !== undefined && names.length <= mostMessages;
  };
}
