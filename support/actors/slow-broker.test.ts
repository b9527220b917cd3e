import { afterEach, describe, expect, test } from 'vitest';
import { lostOrSilent } from '../claim/lost-or-silent.ts';
import { CouldNotRun } from '../errors.ts';
import { Recorder } from '../evidence/recorder.ts';
import { toBeRefused } from '../expectations/to-be-refused.ts';
import { Unanswered, withDeadline } from '../waiting/until.ts';
import { Unmet } from '../waiting/unmet.ts';
import { type Behaviour, FakePeer } from '../wire/fake-peer.test-support.ts';
import { ConversationError, encodeContent } from '../wire/index.ts';
import { Connection } from './connection.ts';
import { Consumer } from './consumer.ts';
import { Producer } from './producer.ts';
import { channelError } from './refusal.ts';
import { openRaw } from './raw.ts';

/** Long enough for a local socket, where nothing comes of it that an answer is late. */
const deadline = 200;
const access = { username: 'me', password: 'secret', virtualHost: '/' };
const peers: FakePeer[] = [];

afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});

async function peer(behaviour: Behaviour): Promise<FakePeer> {
  const started = await FakePeer.start(behaviour);
  peers.push(started);
  return started;
}

async function connected(broker: FakePeer): Promise<Connection> {
  const options = { ...broker.address, ...access, name: 'client' };
  return await Connection.open(options, 1, new Recorder().actor('client'));
}

async function failure(attempt: () => Promise<unknown>): Promise<unknown> {
  return await withDeadline(deadline, attempt).then(
    (value) => new TypeError(`It did not fail, it gave ${String(value)}.`),
    (reason: unknown) => reason,
  );
}

/** A broker that is silent to all but the first connection. */
const slowToAll: Behaviour = {
  'protocol-header': (moment) => {
    if (moment.number === 1) moment.asUsual();
  },
};

function expectSlowToAll(error: unknown): void {
  expect(error).toBeInstanceOf(CouldNotRun);
  expect(error).not.toBeInstanceOf(Unanswered);
  expect(String(error)).toMatch(`The broker was slow to all: it did not answer`);
}

const questions: [string, Behaviour, (broker: FakePeer) => Promise<unknown>][] = [
  [
    'the handshake of a connection',
    { 'connection.open': (moment) => moment.number > 1 && moment.asUsual() },
    connected,
  ],
  [
    'channel.open',
    { 'channel.open': (moment) => moment.number > 1 && moment.asUsual() },
    async (broker) => await (await connected(broker)).channel(),
  ],
  [
    'queue.declare',
    { 'queue.declare': () => {} },
    async (broker) => await (await (await connected(broker)).channel()).declareQueue('tasks'),
  ],
];

describe.for(questions)('%s that is not answered', ([question, behaviour, ask]) => {
  test('counts against a broker that answers others', async () => {
    const broker = await peer(behaviour);
    const error = await failure(() => ask(broker));
    expect(error).toBeInstanceOf(Unanswered);
    expect(String(error)).toContain(`The broker did not answer ${question} within ${deadline} ms.`);
    expect(broker.heard.filter((each) => each === 'protocol-header')).toHaveLength(2);
  });

  test('counts against a broker that refuses others', async () => {
    const broker = await peer({
      ...behaviour,
      'connection.start-ok': (moment) => {
        if (moment.number === 1) moment.asUsual();
        else moment.say('connection.close', { replyCode: 403 });
      },
    });
    expect(await failure(() => ask(broker))).toBeInstanceOf(Unanswered);
  });

  test('does not count against a broker that is slow to all', async () => {
    const broker = await peer({ ...behaviour, ...slowToAll });
    expectSlowToAll(await failure(() => ask(broker)));
  });
});

describe('a connection on which nothing comes any more', () => {
  /** From `queue.declare` on, on the first one. */
  function lostOnTheWay(): Behaviour {
    let lost = false;
    return {
      'queue.declare': () => (lost = true),
      'channel.open': ({ number, asUsual }) => {
        if (!lost || number > 1) asUsual();
      },
    };
  }

  test('does not count against a broker', async () => {
    const channel = await (await connected(await peer(lostOnTheWay()))).channel();
    expectNothingComes(await failure(() => channel.declareQueue('tasks')));
  });

  test('does not count where a conversation goes on, nor a refusal that does not come', async () => {
    const broker = await peer(lostOnTheWay());
    const raw = await openRaw({ amqp: broker.address, ...access }, 1, new Recorder().actor('client'));
    await raw.send('queue.declare');
    expectNothingComes(await failure(() => raw.expect('queue.declare-ok')));
    expectNothingComes(await failure(() => toBeRefused(raw, channelError(404, 'NOT_FOUND'))));
  });
});

test('a broker that opens no channels is not called silent for that', async () => {
  const broker = await peer({ 'channel.open': () => {} });
  const recorder = new Recorder();
  const opening = { amqp: broker.address, ...access, until: 'connection.open-ok' as const };
  const raw = await openRaw(opening, 1, recorder.actor('client'));
  const client = await Connection.open(
    { ...broker.address, ...access, name: 'other' },
    2,
    recorder.actor('client'),
  );
  await raw.send('channel.open');
  expect(await failure(() => raw.expect('channel.open-ok'))).toBeInstanceOf(ConversationError);
  expect(await withDeadline(deadline, () => lostOrSilent(recorder))).toEqual([]);
  expect([raw.lost, client.end]).toEqual([undefined, 'closed']);
});

function expectNothingComes(error: unknown): void {
  expect(error).toBeInstanceOf(CouldNotRun);
  expect(error).not.toBeInstanceOf(Unanswered);
  expect(String(error)).toContain(
    'Nothing came any more on a connection, while the broker answered on another',
  );
}

test('an answer that comes while another connection is asked is an answer', async () => {
  let answer = (): void => {};
  const broker = await peer({
    'queue.declare': ({ asUsual }) => (answer = asUsual),
    'protocol-header': ({ number, asUsual }) => {
      if (number === 1) asUsual();
      else answer();
    },
  });
  const channel = await (await connected(broker)).channel();
  const declared = await withDeadline(deadline, () => channel.declareQueue('tasks'));
  expect(declared.queue).toBe('queue');
});

describe('a delivery that does not come in time', () => {
  async function next(behaviour: Behaviour): Promise<unknown> {
    const channel = await (await connected(await peer(behaviour))).channel();
    const worker = await Consumer.start('worker', channel, 'tasks', {});
    return await withDeadline(deadline, () => worker.next());
  }

  test('is given all the same if it was under way', async () => {
    const delivery = await next({
      'queue.declare': ({ asUsual, socket }) => {
        const content = { body: Buffer.from('late') };
        const frames = encodeContent(1, 'basic.deliver', { consumerTag: 'consumer' }, content, 0);
        socket.write(Buffer.concat(frames.map(({ bytes }) => bytes)));
        asUsual();
      },
    });
    expect(delivery).toMatchObject({ body: 'late' });
  });

  test('counts against a broker that says that none is under way', async () => {
    expect(await failure(() => next({}))).toBeInstanceOf(Unmet);
  });

  test('does not count against a broker that is slow to all', async () => {
    expectSlowToAll(await failure(() => next({ ...slowToAll, 'queue.declare': () => {} })));
  });
});

describe('a confirm that does not come in time', () => {
  async function publish(behaviour: Behaviour): Promise<unknown> {
    const channel = await (await connected(await peer(behaviour))).channel({ confirms: true });
    const sender = new Producer('sender', channel, true);
    return await withDeadline(deadline, () => sender.sendToQueue('tasks', ['1', '2']));
  }

  test('is missing if the broker answers others', async () => {
    expect(await publish({})).toEqual(['none', 'none']);
  });

  test('does not count against a broker that is slow to all', async () => {
    expectSlowToAll(await failure(() => publish(slowToAll)));
  });
});

describe('what a spec expects of a raw connection, and does not come in time', () => {
  async function expectInVain(behaviour: Behaviour): Promise<unknown> {
    const broker = await peer(behaviour);
    const opening = { amqp: broker.address, ...access };
    const raw = await openRaw(opening, 1, new Recorder().actor('client'));
    return await withDeadline(deadline, () => raw.expect('basic.deliver'));
  }

  test('is an assertion that failed if the broker answers others', async () => {
    expect(await failure(() => expectInVain({}))).toBeInstanceOf(ConversationError);
  });

  test('does not count against a broker that is slow to all', async () => {
    expectSlowToAll(await failure(() => expectInVain(slowToAll)));
  });
});

describe('a close that a spec waits for, and does not come in time', () => {
  const expected = { scope: 'channel', code: 404, method: 'basic.publish', text: '' } as const;

  async function closed(behaviour: Behaviour): Promise<unknown> {
    const channel = await (await connected(await peer(behaviour))).channel();
    return await withDeadline(deadline, () => toBeRefused(channel, expected));
  }

  test('is missing if the broker answers others', async () => {
    expect(await closed({})).toMatchObject({ pass: false });
  });

  test('does not count against a broker that is slow to all', async () => {
    expectSlowToAll(await failure(() => closed(slowToAll)));
  });
});
