import pWaitFor from 'p-wait-for';
import { Command, frames, plain, type RawConnection, table } from '../../wire/index.ts';
import * as library from '../library/index.ts';
import { type Bench, demonstration } from './demonstration.test-support.ts';

/** What comes next: a method, the code of an error, a frame, the end, or nothing. @param within milliseconds */
async function nextOf(client: RawConnection, within = 8_000): Promise<string> {
  const said = await client.next(within);
  if (said === undefined) return 'nothing';
  if (typeof said === 'string') return 'the end';
  if (!(said instanceof Command)) return said.type;
  return said.is('connection.close') ? String(said.arguments.replyCode) : said.name;
}

/** What comes next that is no heartbeat. */
async function nextButHeartbeats(client: RawConnection, within: number): Promise<string> {
  const deadline = performance.now() + within;
  for (;;) {
    const next = await nextOf(client, Math.max(deadline - performance.now(), 0));
    if (next !== 'heartbeat') return next;
  }
}

const broken = {
  end: [frames.method(1, 'basic.qos', {}).with({ end: 0xcf })],
  type: [frames.method(1, 'basic.qos', {}).with({ type: 7 })],
  stray: [frames.body(1, 'task')],
  zero: [frames.header(0, 0)],
  class: [frames.method(1, 'basic.publish', {}), frames.header(1, 0).with({ classId: 50 })],
  heartbeat: [frames.heartbeat.with({ channel: 1 })],
  method: [frames.method(1, 'connection.close', { replyCode: 200 })],
  size: [frames.method(1, 'basic.publish', {}), frames.header(1, 10_000), frames.body(1, 'x'.repeat(10_000))],
};
const answers = {
  end: '501',
  type: '501',
  stray: '505',
  zero: '505',
  class: '505',
  heartbeat: '505',
  method: '503',
  size: '501',
};

async function largeLogin({ raw }: Bench, octets: number): Promise<string> {
  const startOk = { clientProperties: table({ comment: 'x'.repeat(octets) }) };
  return await nextOf(await raw({ until: 'connection.start-ok', startOk }));
}

export const ofFrames = [
  demonstration(
    'another protocol header',
    async ({ raw }) => {
      const client = await raw({ until: 'TCP' });
      await client.sendFrame(frames.protocolHeader('HTTP', [0x2f, 0x31, 0x2e, 0x31]));
      return await nextOf(client);
    },
    'protocol-header',
    [library.anyHeaderTaken, 'connection.start'],
    [library.headersRefusedSilently, 'the end'],
  ),
  demonstration(
    'the version and the properties of connection.start',
    async ({ raw }) => {
      const { said } = await raw({ until: 'connection.start' });
      const properties = plain(said.start?.serverProperties ?? []);
      return [said.start?.versionMinor, properties['1st']];
    },
    [9, undefined],
    [library.laterVersionAnnounced, [10, undefined]],
    [library.oddFieldNamesSent, [9, true]],
  ),
  demonstration(
    'frames that are broken in one way each',
    async ({ raw }) => {
      const shown = Object.entries(broken).map(async ([what, said]) => {
        const client = await raw({ tuneOk: { frameMax: 8_192 } });
        for (const frame of said) await client.sendFrame(frame);
        await client.send('basic.qos');
        return [what, await nextOf(client)];
      });
      return Object.fromEntries(await Promise.all(shown));
    },
    answers,
    [library.frameEndsMended, { ...answers, end: 'basic.qos-ok' }],
    [library.unknownFramesSkipped, { ...answers, type: 'basic.qos-ok' }],
    [library.strayContentSkipped, { ...answers, stray: 'basic.qos-ok', zero: 'basic.qos-ok' }],
    [library.contentOfTheConnectionSkipped, { ...answers, zero: 'basic.qos-ok' }],
    [library.otherContentClassesTaken, { ...answers, class: 'basic.qos-ok' }],
    [library.heartbeatsOnAnyChannel, { ...answers, heartbeat: 'basic.qos-ok' }],
    [library.connectionMethodsOnAnyChannel, { ...answers, method: 'connection.close-ok' }],
    [library.agreedFrameMaxForgotten, { ...answers, size: 'basic.qos-ok' }],
    [library.connectionErrorsUntold(503), { ...answers, method: 'the end' }],
  ),
  demonstration(
    'another connection than the one with the broken frame',
    async ({ raw }) => {
      const [client, other] = [await raw(), await raw()];
      for (const frame of broken.end) await client.sendFrame(frame);
      await nextOf(client);
      await other.send('basic.qos');
      return await nextOf(other);
    },
    'basic.qos-ok',
    [library.brokenFramesEndAll, 'the end'],
  ),
  demonstration(
    'a large log-in, and one that is too large',
    async (bench) => [await largeLogin(bench, 3_000), await largeLogin(bench, 9_000)],
    ['connection.tune', 'the end'],
    [library.firstFramesLimitedTooTightly, ['the end', 'the end']],
    [library.largeFirstFramesTaken, ['connection.tune', 'connection.tune']],
  ),
  demonstration(
    'a content in which a header fills a frame, and one with two frames of body',
    async ({ raw }) => {
      const client = await raw({ tuneOk: { frameMax: 8_192 } });
      await client.send('queue.declare', { exclusive: true });
      const { queue } = (await client.expect('queue.declare-ok')).arguments;
      const content = { body: Buffer.alloc(10_000) };
      await client.send('basic.publish', { routingKey: queue }, { content });
      await client.send('basic.get', { queue, noAck: true });
      const { length } = (await client.expect('basic.get-ok')).body;
      const header = (note: string) => frames.header(1, 0, { headers: table({ note }) });
      await client.send('basic.publish', { routingKey: queue });
      await client.sendFrame(header('x'.repeat(8_192 - header('').bytes.length)));
      await client.send('basic.qos');
      return [length, await nextOf(client)];
    },
    [10_000, 'basic.qos-ok'],
    [library.laterBodyFramesLost, [8_184, 'basic.qos-ok']],
    [library.fullHeadersRefused, [10_000, '501']],
  ),
  demonstration(
    'a header whose name begins with a digit',
    async ({ raw }) => {
      const client = await raw();
      await client.send('basic.publish', {}, { content: { properties: { headers: table({ '1st': 1 }) } } });
      await client.send('basic.qos');
      return await nextOf(client);
    },
    'basic.qos-ok',
    [library.fieldNamesChecked, '503'],
  ),
];

export const loggingIn = [
  demonstration(
    'connection.open in place of a log-in',
    async ({ raw, virtualHost }) => {
      const client = await raw({ until: 'connection.start' });
      await client.send('connection.open', { virtualHost });
      return await nextOf(client);
    },
    'the end',
    [library.openedWithoutLogin, 'connection.open-ok'],
    [library.earlyErrorsTold, '504'],
  ),
  demonstration(
    'a mechanism that nobody knows',
    async ({ raw }) => {
      const startOk = { mechanism: 'X-SECRET-HANDSHAKE', clientProperties: [] };
      return await nextOf(await raw({ until: 'connection.start-ok', startOk }));
    },
    'the end',
    [library.unknownMechanismsTakenForPlain, 'connection.tune'],
  ),
  demonstration(
    'a new secret, and a message for a consumer after it',
    async ({ raw }) => {
      const client = await raw();
      await client.send('queue.declare', { exclusive: true });
      const { queue } = (await client.expect('queue.declare-ok')).arguments;
      await client.send('basic.consume', { queue });
      await client.expect('basic.consume-ok');
      await client.send('connection.update-secret', { newSecret: 'another', reason: 'time' });
      const first = await nextOf(client, 2_000);
      await client.send('basic.publish', { routingKey: queue }, { content: {} });
      return [first, await nextOf(client, 2_000)];
    },
    ['connection.update-secret-ok', 'basic.deliver'],
    [library.newSecretsEndTheConnection, ['540', 'nothing']],
    [library.newSecretsUnanswered, ['nothing', 'basic.deliver']],
    [library.newSecretsCancelConsumers, ['connection.update-secret-ok', 'nothing']],
  ),
  demonstration(
    'a connection that an operator closes',
    async ({ raw, listed, management, name }) => {
      const called = name('client');
      const client = await raw({ startOk: { clientProperties: table({ connection_name: called }) } });
      const own = async () =>
        (await listed(management.connections.list)).find((each) => each.user_provided_name === called)?.name;
      await pWaitFor(async () => (await own()) !== undefined, { timeout: 20_000 });
      await management.connections.close((await own()) ?? '');
      return await nextOf(client);
    },
    '320',
    [library.connectionErrorsUntold(320), 'the end'],
  ),
  demonstration(
    'what is said on a channel that the broker has closed',
    async ({ raw, name }) => {
      const [client, other, queue] = [await raw(), await raw(), name()];
      await other.send('queue.declare', { queue, durable: true });
      await other.expect('queue.declare-ok');
      await other.send('confirm.select');
      await other.expect('confirm.select-ok');
      await other.send('basic.publish', { routingKey: queue }, { content: {} });
      await other.expect('basic.ack');
      await client.together(() => [
        client.send('queue.declare', { queue: name('missing'), passive: true }),
        client.send('queue.purge', { queue }),
      ]);
      await client.expect('channel.close');
      await client.send('channel.close-ok');
      await client.send('channel.open');
      const reopened = await nextOf(client);
      await client.send('basic.get', { queue });
      return [reopened, await nextOf(client)];
    },
    ['channel.open-ok', 'basic.get-ok'],
    [library.carriedOutAfterError, ['channel.open-ok', 'basic.get-empty']],
  ),
];

export const beating = [
  demonstration(
    'a client that is silent though it has agreed to a heartbeat each second',
    async ({ raw }) => {
      const client = await raw({ tuneOk: { heartbeat: 1 } });
      return [await nextOf(client, 5_000), await nextButHeartbeats(client, 10_000)];
    },
    ['heartbeat', 'the end'],
    [library.heartbeatsTurnedOff, ['nothing', 'nothing']],
    [library.endsWithheld, ['heartbeat', 'nothing']],
  ),
  demonstration(
    'a client that wants no heartbeats',
    async ({ raw }) => await nextOf(await raw({ tuneOk: { heartbeat: 0 } }), 2_500),
    'nothing',
    [library.heartbeatsInsistedOn, 'heartbeat'],
  ),
  demonstration(
    'a client that publishes and sends no heartbeats',
    async ({ raw }) => {
      const client = await raw({ tuneOk: { heartbeat: 1 } });
      const publishing = setInterval(
        () => void client.send('basic.publish', { routingKey: 'nobody' }, { content: {} }),
        300,
      );
      const next = await nextButHeartbeats(client, 4_500);
      clearInterval(publishing);
      return next;
    },
    'nothing',
    [library.heartbeatsAloneCounted, 'the end'],
  ),
  demonstration(
    'a heartbeat where none were agreed upon',
    async ({ raw }) => {
      const client = await raw({ tuneOk: { heartbeat: 0 } });
      await client.sendFrame(frames.heartbeat);
      await client.send('basic.qos');
      return await nextOf(client);
    },
    'basic.qos-ok',
    [library.unaskedHeartbeatsRefused, '501'],
  ),
];
