import { setTimeout as pause } from 'node:timers/promises';
import {
  claim,
  docs,
  expect,
  frames,
  mutants,
  premise,
  roundTrip,
  specification,
  type Stage,
} from '#support';

type RawConnection = Awaited<ReturnType<Stage['raw']>>;

/** Milliseconds in which a broker gives up who is silent for two seconds: how soon after them is its own affair. */
const atLast = { within: 10_000 };

/** Says something three times a second while a story goes on; that it gets to it in time is a premise. */
async function whileSaying(
  says: readonly (() => Promise<void>)[],
  story: () => Promise<void>,
): Promise<void> {
  let [last, longest] = [performance.now(), 0];
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    for (const say of says) void say();
  }, 300);
  try {
    await story();
  } finally {
    clearInterval(beat);
    const silent = Math.max(longest, performance.now() - last);
    await premise(() => expect(silent, 'milliseconds for which the client was silent').toBeLessThan(2_000));
  }
}

/** So many heartbeats come. */
async function expectHeartbeats(client: RawConnection, count: number): Promise<void> {
  for (let heard = 0; heard < count; heard += 1) await client.expect('heartbeat');
}

claim(
  'heartbeats/server-sends',
  {
    says: 'A broker that has nothing else to say sends heartbeats, on channel 0, again and again within the time that was agreed upon: about every half of it. With one second, six of them come within five.',
    documented: [
      docs('heartbeats#heartbeats-interval'),
      docs('heartbeats#tcp-proxies'),
      specification('4.2.6.2', 2),
    ],
    queueTypes: 'unvaried',
    refutedBy: [mutants.heartbeatsWithheld, mutants.heartbeatsTurnedOff],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-common/pull/278',
        affected: { rabbitmq: '<3.7.9' },
        happened:
          'heartbeats were sent half as often, as the broker took its own traffic for that of its peer',
        seen: { not: 'No release that old is at hand, and no proxy can send half of what is sent by time.' },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha7---2020-10-13',
        affected: { lavinmq: '<1.0.0-alpha.7' },
        happened: 'heartbeats were not sent at half of what was agreed upon',
        seen: { not: 'That product is not at hand.' },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw({ tuneOk: { heartbeat: 1 } });
    const began = performance.now();

    await whileSaying([() => client.sendFrame(frames.heartbeat)], async () => {
      await expectHeartbeats(client, 6);
    });
    const took = performance.now() - began;

    await premise(roundTrip(client));
    expect(took, 'milliseconds for six heartbeats').toBeLessThan(5_000);
  },
);

claim(
  'heartbeats/negotiated',
  {
    says: 'What the client answers is what counts: who asks for a second is sent heartbeats and given up without them, whatever the broker has proposed; who says 0 gets none and may be silent for as long as it likes.',
    documented: [
      docs('heartbeats#heartbeats-timeout'),
      docs('heartbeats#disabling'),
      docs('heartbeats#using-heartbeats-in-java'),
    ],
    queueTypes: 'unvaried',
    refutedBy: [mutants.heartbeatsTurnedOff, mutants.heartbeatsInsistedOn],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const [silent, quick] = [
      await raw({ tuneOk: { heartbeat: 0 } }),
      await raw({ tuneOk: { heartbeat: 1 } }),
    ];

    await expectHeartbeats(quick, 1);
    await quick.expectEnd(atLast);
    // It has been silent for as long as took the other one

    await roundTrip(silent);
    await expect(silent.expect('heartbeat', { within: 1 })).rejects.toThrow('nothing more came');
  },
);

claim(
  'heartbeats/silent-client-dropped',
  {
    says: 'A client that says nothing for about two heartbeats is taken for gone: the broker ends the TCP connection, and what the client had unacknowledged goes back to its queue.',
    documented: [docs('heartbeats#heartbeats-timeout'), docs('heartbeats#heartbeats-interval')],
    refutedBy: [mutants.heartbeatsTurnedOff, mutants.endsWithheld],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha1---2020-10-07',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'a client that missed heartbeats kept its connection as long as TCP did',
        seen: { by: mutants.endsWithheld },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue, producer }) => {
    const tasks = await queue();
    await (await producer({ confirms: true })).sendToQueue(tasks, 'task');
    const client = await raw({ tuneOk: { heartbeat: 1 } });
    await client.send('basic.get', { queue: tasks.name });
    await premise(client.expect('basic.get-ok'));

    const began = performance.now();
    await client.expectEnd(atLast);

    expect(performance.now() - began, 'milliseconds until it was given up').toBeGreaterThan(1_000);
    await expect(tasks).toReceive([{ body: 'task', redelivered: true }]);
  },
);

claim(
  'heartbeats/traffic-counts',
  {
    says: 'Whatever a client says counts as a heartbeat: one that publishes, or only asks, keeps its connection without any, and so does one that sends heartbeats alone.',
    documented: [docs('heartbeats#heartbeats-interval')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.heartbeatsAloneCounted, mutants.heartbeatsUnheard],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha8---2020-10-14',
        affected: { lavinmq: '<1.0.0-alpha.8' },
        happened: 'other frames than heartbeats did not count as a sign of life',
        seen: { by: mutants.heartbeatsAloneCounted },
      },
      {
        report: 'https://github.com/cloudamqp/amqproxy/issues/190',
        affected: { amqproxy: '2.0.3' },
        happened: 'a client that said other things than heartbeats was given up',
        seen: { by: mutants.heartbeatsAloneCounted },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const beating = { tuneOk: { heartbeat: 1 } };
    const [publisher, asker, heart] = await Promise.all([raw(beating), raw(beating), raw(beating)]);
    const says = [
      () => publisher.send('basic.publish', { routingKey: 'nobody' }, { content: {} }),
      () => asker.send('basic.qos'),
      () => heart.sendFrame(frames.heartbeat),
    ];

    // Until somebody who says nothing is given up who came a whole heartbeat later
    await whileSaying(says, async () => {
      await pause(1_000);
      const silent = await raw(beating);
      await premise(silent.expectEnd(atLast));
    });

    for (const client of [publisher, heart]) await roundTrip(client);
    await asker.send('basic.get', { queue: 'nobody' });
    while (asker.unread.length > 0) await asker.expect('basic.qos-ok');
  },
);

claim(
  'heartbeats/unasked-for',
  {
    says: 'A heartbeat is no error on a connection whose client and broker have agreed on none.',
    documented: [specification('4.2.7', 1)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.unaskedHeartbeatsRefused],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw({ tuneOk: { heartbeat: 0 } });

    await client.sendFrame(frames.heartbeat);
    await client.sendFrame(frames.heartbeat);

    await roundTrip(client);
  },
);

claim(
  'heartbeats/wrong-channel',
  {
    says: 'A heartbeat on another channel than 0 is a connection error 503.',
    documented: [specification('4.2.3', 4)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.heartbeatsOnAnyChannel],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1999',
        affected: { lavinmq: '<2.9.1' },
        happened: 'it was answered with 501 and not even with the 505 that RabbitMQ answers',
        seen: { not: 'That product is not at hand.' },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw();

    await client.sendFrame(frames.heartbeat.with({ channel: 1 }));
    await client.send('basic.qos');

    await premise(async () => roundTrip(await raw()));
    const { replyCode } = (await client.expect('connection.close', { channel: 1 })).arguments;
    expect(replyCode, 'the code').toBe(503);
  },
);
