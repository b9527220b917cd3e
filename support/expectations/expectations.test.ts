import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Consumer } from '../actors/consumer.ts';
import { type Message, numbered } from '../actors/messages.ts';
import type { Queue } from '../actors/queue.ts';
import { channelError, connectionError } from '../actors/refusal.ts';
import { ManagementError } from '../management/error.ts';
import { RefusedByBroker } from '../wire/index.ts';
import type { Broker } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { BrokerServer } from '../broker/under-test/server.ts';
import { BrokerUnderTest } from '../broker/under-test/client.ts';
import { Stage } from '../claim/stage.ts';
import { CouldNotRun } from '../errors.ts';
import { answered, withDeadline } from '../waiting/until.ts';
import { expecting, replyText } from './expect.ts';
import './register.ts';

/** Long enough for a broker on a busy machine, where a matcher is to wait in vain. */
const inVain = { within: 300 };

let broker: Broker;
let host: BrokerServer;
let stage: Stage;

beforeAll(async () => {
  broker = await sharedBroker();
  const foreknowledge = { deviations: {}, extensions: { offers: [], lacks: {} } };
  host = await BrokerServer.serve(Promise.resolve({ broker, foreknowledge }), () => {});
});
afterAll(async () => {
  await host?.close();
});

beforeEach(() => {
  stage = new Stage({
    name: `expectations-${randomUUID()}`,
    needs: ['management', 'administration'],
    description: broker.description,
    broker: new BrokerUnderTest(host.address),
    meet: async (_what, perform) => await perform(),
    aside: async (waited) => await waited(),
    through: async (description) => description,
  });
});
afterEach(async () => {
  await stage.close();
});

/** What a matcher tells when it fails. */
async function failure(matching: Promise<unknown>): Promise<string> {
  const error: unknown = await matching.then(
    () => new Error('It passed.'),
    (reason: unknown) => reason,
  );
  // By this an assertion is told from everything else that goes wrong in a spec
  expect(error).toHaveProperty('actual');
  expect(error).toHaveProperty('expected');
  return (error as Error).message;
}

describe('toReceive', () => {
  let tasks: Queue;
  let worker: Consumer;

  beforeEach(async () => {
    tasks = await stage.queue();
    worker = await stage.consumer(tasks, { name: 'worker' });
  });

  async function send(...messages: Message[]): Promise<void> {
    await (await stage.producer()).sendToQueue(tasks, messages);
  }

  test('says so when it is given something that receives nothing', async () => {
    const told = async (by: unknown) => await expect(by).toReceive([]).then(String, String);
    const wrong = 'CouldNotRun: toReceive is for a queue, a consumer or a program, not for';
    expect(await told(new Promise(() => {}))).toBe(`${wrong} a promise: await it first.`);
    expect(await told('orders')).toBe(`${wrong} 'orders'.`);
  });

  test('passes for exactly these messages in this order', async () => {
    await send('1', '2', '3');
    await expect(worker).toReceive(numbered(1, 3));
    await expect(worker).not.toReceive(numbered(1, 2));
  });

  test('waits for those that are still to come', async () => {
    const received = expect(worker).toReceive(['1']);
    await send('1');
    await received;
  });

  test('fails for one too few, and tells what happened', async () => {
    await send('1', '2');
    expect(await failure(expect(worker).toReceive(numbered(1, 3), inVain))).toMatch(
      /^worker was to receive exactly 3 messages in this order: \["1", "2", "3"\]\nIt received 2: \["1", "2"\]\nMissing: \["3"\]\n\nWhat happened:\n[^]* worker ← basic\.deliver 2 \(queue /,
    );
  });

  test('fails for one too many, also when it is late', async () => {
    await send('1', '2');
    expect(await failure(expect(worker).toReceive(['1']))).toMatch(
      /^worker was to receive exactly 1 message in this order: \["1"\]\nIt received 2: \["1", "2"\]\nToo many: \["2"\]\n/,
    );
  });

  test('fails for anything where nothing is expected', async () => {
    await expect(worker).toReceive([]);
    await send('1');
    expect(await failure(expect(worker).toReceive([]))).toContain('It received 1: ["1"]');
  });

  test('fails for another order, unless any will do', async () => {
    await send('1', '2');
    expect(await failure(expect(worker).toReceive(['2', '1']))).toContain(
      'It received 2: ["1", "2"]\nAnother order from number 1 on: expected "2", seen "1"\n',
    );
    await expect(worker).toReceive(['2', '1'], { inAnyOrder: true });
  });

  test('in any order takes each delivery for the message that it is, whatever is named of which', async () => {
    await send('1', { body: '2', contentType: 'text/plain' });
    const wanted = [
      { properties: { contentType: 'text/plain' } },
      { body: '1', properties: { contentType: undefined } },
    ];

    await expect(worker).toReceive(wanted, { inAnyOrder: true });
    await expect(worker).toReceive([{ redelivered: false }, { body: '1' }], { inAnyOrder: true });
    expect(
      await failure(expect(worker).toReceive([{ body: '2' }, { body: '2' }], { inAnyOrder: true })),
    ).toContain("Missing: [{ body: '2' }]\nToo many: [{ body: '1' }]");
  });

  test('in any order fails for a duplicate that takes the place of another', async () => {
    await send('1', '1');
    expect(await failure(expect(worker).toReceive(['2', '1'], { inAnyOrder: true }))).toContain(
      'exactly 2 messages: ["2", "1"]\nIt received 2: ["1", "1"]\nMissing: ["2"]\nToo many: ["1"]',
    );
  });

  test('compares the fields that are named', async () => {
    const kind = { contentType: 'text/plain', headers: { size: 3, kept: true } };
    await send({ body: '1', persistent: true, ...kind });

    await expect(worker).toReceive([{ body: '1', redelivered: false, exchange: '', routingKey: tasks.name }]);
    await expect(worker).toReceive([{ headers: { size: 3 }, properties: { deliveryMode: 2 } }]);
    expect(await failure(expect(worker).toReceive([{ body: '1', routingKey: 'another' }]))).toContain(
      `It received 1: [{ body: '1', routingKey: '${tasks.name}' }]`,
    );
    expect(await failure(expect(worker).toReceive([{ headers: { size: 4 } }]))).toContain(
      'It received 1: [{ headers: { size: 3 } }]',
    );
    expect(await failure(expect(worker).toReceive([{ properties: { contentEncoding: 'gzip' } }]))).toContain(
      'It received 1: [{ properties: { contentEncoding: undefined } }]',
    );
  });

  test('tells a redelivery from a first delivery', async () => {
    await send('1');
    worker.reject(await worker.next(), { requeue: true });

    await expect(worker).toReceive([
      { body: '1', redelivered: false },
      { body: '1', redelivered: true },
    ]);
    const both = [{ redelivered: false }, { redelivered: false }];
    expect(await failure(expect(worker).toReceive(both))).toContain(
      'It received 2: [{ redelivered: false }, { redelivered: true }]',
    );
  });

  test('compares bytes as bytes', async () => {
    await send(Buffer.from([0, 255, 0xc3]));
    await expect(worker).toReceive([Buffer.from([0, 255, 0xc3])]);
    await expect(worker).toReceive([{ body: Buffer.from([0, 255, 0xc3]) }]);
    expect(await failure(expect(worker).toReceive([Buffer.from([0, 255, 0xc4])]))).toContain(
      'It received 1: ["3 bytes: 00ffc3"]',
    );
  });

  test('tells that the channel of the consumer is gone', async () => {
    await send('1');
    await expect(worker).toReceive(['1']);
    await expect(worker.channel.declareQueuePassively('no-such-queue')).rejects.toThrow(RefusedByBroker);
    expect(await failure(expect(worker).toReceive(['1', '2']))).toContain(
      "Its channel is gone: The broker closed the channel: 404 NOT_FOUND - no queue 'no-such-queue'",
    );
  });
});

describe('toBeRefused', () => {
  async function refused() {
    const channel = await (await stage.client()).channel();
    return channel.declareQueuePassively('no-such-queue');
  }
  const text = "NOT_FOUND - no queue 'no-such-queue'";

  test('passes for this scope, code, method and text', async () => {
    await expect(refused()).toBeRefused(channelError(404, text, 'queue.declare'));
    await expect(refused()).toBeRefused(channelError(404, /^NOT_FOUND - no queue '[a-z-]+' in vhost '.+'$/));
  });

  test.for([
    { what: 'scope', wanted: connectionError(404, text), different: 'the scope (channel)' },
    { what: 'code', wanted: channelError(405, text), different: 'the code (404)' },
    { what: 'text', wanted: channelError(404, "NOT_FOUND - no queue 'another'"), different: 'the text' },
    {
      what: 'method',
      wanted: channelError(404, text, 'queue.bind'),
      different: 'the method (queue.declare)',
    },
    {
      what: 'code and method',
      wanted: channelError(405, text, 'queue.bind'),
      different: 'the code (404), the method (queue.declare)',
    },
  ])('fails for another $what, and tells which', async ({ wanted, different }) => {
    expect(await failure(expect(refused()).toBeRefused(wanted))).toMatch(
      new RegExp(
        `^The broker was to refuse with: ${wanted.scope} error ${wanted.code}, text .+\nSeen: channel error 404, text ${text} in vhost '.+', for queue\\.declare\nDifferent: `,
      ),
    );
    expect(await failure(expect(refused()).toBeRefused(wanted))).toContain(`\nDifferent: ${different}`);
  });

  test('fails when nothing was refused', async () => {
    const tasks = await stage.queue();
    expect(await failure(expect(tasks.counts()).toBeRefused(channelError(404, text)))).toMatch(
      /\nSeen: nothing was refused$/,
    );
  });

  test('takes a refusal that names no method for one of the content, where the method carries any', async () => {
    const refusal = {
      scope: 'channel',
      code: 406,
      text: 'PRECONDITION_FAILED - invalid expiration',
    } as const;
    const ofContent = () => Promise.reject(new RefusedByBroker(refusal));
    await expect(ofContent()).toBeRefused(channelError(406, 'invalid expiration', 'basic.publish'));
    expect(await failure(expect(ofContent()).toBeRefused(channelError(406, '', 'queue.declare')))).toContain(
      'Different: the method (none is named)',
    );
  });

  test('waits for a channel or a connection that the broker closes by itself', async () => {
    const connection = await stage.client();
    const channel = await connection.channel();
    channel.publish('no-such-exchange', '', '1');

    await expect(channel).toBeRefused(channelError(404, "no exchange 'no-such-exchange'", 'basic.publish'));
    expect(await failure(expect(connection).toBeRefused(connectionError(320, ''), inVain))).toContain(
      'Seen: nothing was refused',
    );
  });

  test('reads how a raw connection is closed, or its channel', async () => {
    const [silent, other] = [await stage.raw(), await stage.raw()];
    await silent.send('queue.declare', { queue: 'no-such-queue', passive: true });
    await expect(silent).toBeRefused(channelError(404, text, 'queue.declare'));

    await other.send('basic.qos', { prefetchSize: 1 });
    const wanted = connectionError(541, 'NOT_IMPLEMENTED', 'basic.qos');
    expect(await failure(expect(other).toBeRefused(wanted))).toContain('Seen: connection error 540');
  });

  test('throws on what is none of the broker’s', async () => {
    const broken = Promise.reject(new TypeError('the spec is wrong'));
    await expect(expect(broken).toBeRefused(channelError(404, text))).rejects.toThrow(TypeError);
    const late = Promise.reject(new CouldNotRun('it took too long'));
    await expect(expect(late).toBeRefused(channelError(404, text))).rejects.toThrow(CouldNotRun);
  });
});

test('texts are promised by RabbitMQ alone: of another product only scope, code and method count', async () => {
  const refused = async () => (await (await stage.client()).channel()).declareQueuePassively('no-such-queue');

  const spec = { claim: 'texts/of-another', file: 'specs/texts/texts.spec.ts' };
  await expecting({ expect, product: 'another', ...spec }, async () => {
    await expect(refused()).toBeRefused(channelError(404, 'NICHT_GEFUNDEN', 'queue.declare'));
    const wrong = expect(refused()).toBeRefused(channelError(405, 'NICHT_GEFUNDEN', 'queue.declare'));
    expect(await failure(wrong)).toMatch('to refuse with: channel error 405, for queue.declare\n');
    expect('NO_WAY').toEqual(replyText('NO_ROUTE'));
  });

  expect('NO_ROUTE').toEqual(replyText('NO_ROUTE'));
  expect('NO_WAY').not.toEqual(replyText('NO_ROUTE'));
});

test('a broker that is silent neither accepts nor refuses', async () => {
  const silence = () => withDeadline(50, () => answered('exchange.delete', new Promise(() => {})));
  const told = 'Seen: The broker did not answer exchange.delete within 50 ms.';

  expect(await failure(expect(silence()).toBeAccepted())).toMatch(told);
  expect(await failure(expect(silence()).toBeRefused(channelError(406, '')))).toMatch(told);
});

describe('toBeAccepted', () => {
  test('passes when the broker does what was asked', async () => {
    await expect((await stage.client()).channel()).toBeAccepted();
  });

  test('fails when it refuses', async () => {
    const connection = await stage.client();
    const channel = await connection.channel();
    expect(await failure(expect(channel.declareQueuePassively('no-such-queue')).toBeAccepted())).toMatch(
      /^The broker was to accept it\.\nSeen: The broker closed the channel: 404 NOT_FOUND/,
    );
  });

  test('throws on what is none of the broker’s', async () => {
    const broken = Promise.reject(new TypeError('the spec is wrong'));
    await expect(expect(broken).toBeAccepted()).rejects.toThrow(TypeError);
    await expect(expect(answeredWith(503)).toBeAccepted()).rejects.toThrow(ManagementError);
  });

  test('fails when the management API refuses', async () => {
    expect(await failure(expect(answeredWith(400)).toBeAccepted())).toBe(
      'The broker was to accept it.\nSeen: PUT /api/users/alice was answered with 400',
    );
  });

  function answeredWith(status: number): Promise<never> {
    return Promise.reject(new ManagementError({ method: 'PUT', path: '/api/users/alice' }, status, ''));
  }
});

describe('toBecome', () => {
  test('passes as soon as the answer is as expected', async () => {
    const tasks = await stage.queue();
    const counts = expect(() => tasks.counts()).toBecome({ ready: 2, consumers: 0 });
    await (await stage.producer()).sendToQueue(tasks, ['1', '2']);
    await counts;
  });

  test('fails after the deadline, with what was seen last', async () => {
    const tasks = await stage.queue();
    const counts = expect(() => tasks.counts()).toBecome({ ready: 1, consumers: 0 }, inVain);
    expect(await failure(counts)).toBe(
      'It was to become: { ready: 1, consumers: 0 }\nLast seen: { ready: 0, consumers: 0 }',
    );
    const named = expect(() => tasks.counts(), 'what declare-ok says').toBecome({ ready: 1 }, inVain);
    expect(await failure(named)).toMatch(/^what declare-ok says: It was to become: /);
  });

  test('throws on what the question throws', async () => {
    const gone = await stage.existingQueue('no-such-queue');
    await expect(expect(() => gone.counts()).toBecome({ ready: 0 })).rejects.toThrow(RefusedByBroker);
  });
});

describe('toHaveCounters', () => {
  test('passes when both witnesses come to say so', async () => {
    const tasks = await stage.queue();
    const worker = await stage.consumer(tasks, { prefetch: 1 });
    await (await stage.producer()).sendToQueue(tasks, numbered(1, 3));
    await worker.next();

    await expect(tasks).toHaveCounters({ ready: 2, unacknowledged: 1, consumers: 1, state: 'running' });
    const witnesses = stage.recorder.evidence().counters.map(({ witness }) => witness);
    expect(new Set(witnesses)).toEqual(new Set(['amqp', 'management']));
  });

  test.for([
    { wanted: { ready: 2 }, witness: 'declare-ok said last: +\\{"ready":1,"consumers":0\\}' },
    { wanted: { consumers: 1 }, witness: 'declare-ok said last: +\\{"ready":1,"consumers":0\\}' },
    { wanted: { unacknowledged: 1 }, witness: 'the management API said last: \\{.*"unacknowledged":0' },
    { wanted: { state: 'flow' }, witness: 'the management API said last: \\{.*"state":"running"' },
  ])('fails for another number, %j, with what each witness said last', async ({ wanted, witness }) => {
    const tasks = await stage.queue();
    await (await stage.producer()).sendToQueue(tasks, '1');
    const told = await failure(expect(tasks).toHaveCounters(wanted, inVain));
    expect(told.startsWith(`Queue ${tasks.name} was to have ${JSON.stringify(wanted)}\n`)).toBe(true);
    expect(told).toMatch(new RegExp(`\n${witness}`));
    expect(told).toContain('What happened:');
  });

  test('fails for a queue that is gone, and tells so', async () => {
    const tasks = await stage.queue();
    await tasks.delete();
    expect(await failure(expect(tasks).toHaveCounters({ ready: 0 }))).toContain('404 NOT_FOUND - no queue');
  });
});
