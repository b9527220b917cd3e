import { afterEach, expect, test } from 'vitest';

import { type Behaviour, FakePeer } from '../../wire/fake-peer.test-support.ts';
import { heartbeat } from '../../wire/frame.ts';
import { bringDown } from './command.ts';

const peers: FakePeer[] = [];

afterEach(() => {
  for (const peer of peers.splice(0)) peer.close();
});

async function target(behaviour: Behaviour) {
  const peer = await FakePeer.start(behaviour);
  peers.push(peer);
  return { amqp: peer.address, username: 'me', password: 'secret', virtualHost: '/' };
}

test('a machine that went without a word is noticed by its missing heartbeats', async () => {
  const silent = await target({});
  const began = performance.now();
  await bringDown(silent, 'KILL_COMMAND', 'true');
  expect(performance.now() - began).toBeGreaterThan(5_000);
});

test('a broker that tells its clients to wait has not gone, and one that closes them has', async () => {
  const heard: string[] = [];
  const closing = await target({
    'connection.open': ({ asUsual, say, socket }) => {
      asUsual();
      say('connection.blocked', { reason: Buffer.from('low on memory') });
      socket.write(heartbeat.bytes);
      setTimeout(() => {
        heard.push('closed');
        say('connection.close', { replyCode: 320 });
      }, 100);
    },
  });
  await bringDown(closing, 'RESTART_COMMAND', 'true');
  expect(heard).toEqual(['closed']);
});
