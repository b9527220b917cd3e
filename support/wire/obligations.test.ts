import { beforeEach, expect, test } from 'vitest';
import { Command } from './command.ts';
import { frames } from './frames.ts';
import { encodeMethod } from './method-codec.ts';
import type { MethodArguments, MethodName } from './methods.ts';
import { Obligations } from './obligations.ts';

let peer: Obligations;

beforeEach(() => {
  peer = new Obligations();
});

function command<Name extends MethodName>(
  name: Name,
  values: Partial<MethodArguments<Name>> = {},
  channel = name.startsWith('connection.') ? 0 : 1,
): Command<Name> {
  return new Command(name, [encodeMethod(channel, name, values)]);
}

function says<Name extends MethodName>(name: Name, values: Partial<MethodArguments<Name>> = {}): void {
  peer.sent(command(name, values), { complete: false });
}

test('a peer has to keep a connection on which the protocol was kept', () => {
  says('connection.tune-ok', { channelMax: 10 });
  peer.sentFrame(frames.heartbeat);
  says('basic.publish');
  // Its content, frame by frame
  peer.sentFrame(frames.body(1, Buffer.from('one')));
  peer.ended('RST');
  expect(peer.breach).toBe('The broker ended the TCP connection without a word (RST).');

  peer.expectedEnd();
  expect(peer.breach).toBeUndefined();
});

test.for<[string, () => void]>([
  ['the client has closed it', () => says('connection.close')],
  ['the broker has closed it', () => peer.received(command('connection.close'))],
  ['it may miss heartbeats', () => says('connection.tune-ok', { heartbeat: 1 })],
  ['a frame came out of turn', () => peer.sentFrame(frames.body(1, Buffer.from('one')))],
  ['something else was done', () => peer.mayEnd()],
])('a peer may end a connection where %s, but sends nothing that is no AMQP', ([, done]) => {
  done();
  peer.ended('FIN');
  expect(peer.breach).toBeUndefined();

  peer.garbled('type 7');
  expect(peer.breach).toBe('What came on the TCP connection was no AMQP (type 7).');
});

test('a peer answers a channel.open on the highest channel, unless it may be silent', () => {
  expect(peer.answersOn).toBeUndefined();
  says('connection.tune-ok', { channelMax: 10 });
  peer.received(command('connection.open-ok'));
  expect(peer.answersOn).toBe(10);

  peer.received(command('channel.close', { replyCode: 404 }));
  expect(peer.answersOn).toBeUndefined();
  peer.received(command('channel.open-ok', {}, 2));
  expect(peer.answersOn).toBe(10);

  says('connection.close');
  expect(peer.answersOn).toBeUndefined();
});

test('where there is no limit of channels, the highest is that of the protocol', () => {
  says('connection.tune-ok');
  peer.received(command('connection.open-ok'));
  expect(peer.answersOn).toBe(65_535);
});
