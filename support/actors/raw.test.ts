import { afterEach, describe, expect, test } from 'vitest';
import { CouldNotRun } from '../errors.ts';
import { Recorder } from '../evidence/recorder.ts';
import { Unanswered, withDeadline } from '../waiting/until.ts';
import { type Behaviour, FakePeer } from '../wire/fake-peer.test-support.ts';
import { frame } from '../wire/frame.ts';
import { ConnectionLost, type RawConnection, RefusedByBroker } from '../wire/index.ts';
import { openRaw } from './raw.ts';

const access = { username: 'me', password: 'secret', virtualHost: '/' };
const peers: FakePeer[] = [];
let recorder = new Recorder();

afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
  recorder = new Recorder();
});

async function open(behaviour: Behaviour, heartbeat = 0): Promise<RawConnection> {
  const peer = await FakePeer.start(behaviour);
  peers.push(peer);
  const opening = { amqp: peer.address, ...access, tuneOk: { heartbeat } };
  return await openRaw(opening, 1, recorder.actor('client', 'raw'));
}

const close = { replyCode: 504, replyText: Buffer.from('CHANNEL_ERROR'), classId: 20, methodId: 10 };

describe('a set-up that fails is no assertion', () => {
  const ways: [string, Behaviour, abstract new (...args: never) => Error][] = [
    [
      'the virtual host is refused',
      { 'connection.open': ({ say }) => say('connection.close', close) },
      RefusedByBroker,
    ],
    [
      'the channel is refused',
      { 'channel.open': ({ say }) => say('connection.close', close) },
      RefusedByBroker,
    ],
    [
      'the log-in ends without a word',
      { 'connection.start-ok': ({ socket }) => socket.end() },
      ConnectionLost,
    ],
    ['the channel ends without a word', { 'channel.open': ({ socket }) => socket.destroy() }, ConnectionLost],
    ['something else is said', { 'channel.open': ({ say }) => say('channel.flow') }, CouldNotRun],
    [
      'the channel is not opened',
      { 'channel.open': ({ number, asUsual }) => number > 1 && asUsual() },
      Unanswered,
    ],
  ];

  test.for(ways)('%s', async ([, behaviour, kind]) => {
    const error: unknown = await withDeadline(200, () => open(behaviour)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(kind);
    expect(error).not.toHaveProperty('actual');
    expect(error).not.toHaveProperty('expected');
    expect(recorder.lost).toEqual([]);
  });
});

describe('a connection is lost', () => {
  test.for<[string, Behaviour]>([
    ['FIN', { 'queue.declare': ({ socket }) => socket.end() }],
    ['RST', { 'queue.declare': ({ socket }) => socket.resetAndDestroy() }],
  ])('when the broker ends it without a word: %s', async ([end, behaviour]) => {
    const raw = await open(behaviour);
    expect(recorder.lost).toEqual([]);
    await raw.send('queue.declare');
    await expect(raw.expect('queue.declare-ok')).rejects.toThrow(`has ended (${end})`);
    expect(recorder.lost).toEqual([
      { actor: 'raw', why: `The broker ended the TCP connection without a word (${end}).` },
    ]);
    raw.destroy();
    expect(recorder.lost).toHaveLength(1);
  });

  const reasons: [string, (raw: RawConnection) => Promise<unknown>][] = [
    ['the spec expects the end', async (raw) => await raw.expectEnd()],
    ['the spec has cut it', async (raw) => raw.destroy()],
    ['the spec has ended it', async (raw) => raw.end()],
    ['the spec has closed it', async (raw) => await raw.send('connection.close')],
    ['the spec has sent octets', async (raw) => await raw.sendOctets(Buffer.from('octets'))],
    ['the spec has sent a frame', async (raw) => await raw.sendFrame(frame('body', 1, Buffer.of(1)))],
    ['the spec has disturbed the broker', async () => recorder.disturbed()],
  ];

  test.for(reasons)('but not when %s', async ([, reason]) => {
    const raw = await open({});
    const ended = reason(raw);
    peers[0]?.close();
    await ended;
    await expect(raw.expect('queue.declare-ok')).rejects.toThrow('has ended');
    expect(recorder.lost).toEqual([]);
  });

  test('but not when the broker has closed it, or the spec has to send heartbeats', async () => {
    const closed = await open({ 'queue.declare': ({ say }) => say('connection.close', close) });
    await closed.send('queue.declare');
    await closed.expect('connection.close', { channel: 0 });
    const silent = await open({}, 1);
    for (const peer of peers) peer.close();
    for (const raw of [closed, silent]) await expect(raw.expect('heartbeat')).rejects.toThrow('has ended');
    expect(recorder.lost).toEqual([]);
  });
});
