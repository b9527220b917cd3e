import { setTimeout as pause } from 'node:timers/promises';
import type { Channel, GetMessage } from 'amqplib';
import { askUntil } from '../../waiting/until.ts';
import * as library from '../library/index.ts';
import {
  type Bench,
  consume,
  demonstration,
  type Demonstration,
  refusal,
  send,
  takeAll,
} from './demonstration.test-support.ts';

/** A queue whose dead letters go to another, by an exchange between them. */
async function deadLettering({ channel, name }: Bench, more: Record<string, unknown> = {}) {
  const one = await channel();
  const [letters, dead, tasks] = [name('letters'), name('dead'), name('tasks')];
  await one.assertExchange(letters, 'fanout');
  await one.assertQueue(dead);
  await one.bindQueue(dead, letters, '');
  await one.assertQueue(tasks, { arguments: { 'x-dead-letter-exchange': letters, ...more } });
  return { one, letters, dead, tasks };
}

/** Takes a message, and rejects it. */
async function reject(one: Channel, queue: string): Promise<void> {
  const message = await arrived(one, queue);
  if (message !== undefined) one.reject(message, false);
}

/** Takes a message when it is there: dead letters are published on their own time. */
async function arrived(one: Channel, queue: string): Promise<GetMessage | undefined> {
  const message = await askUntil(
    () => one.get(queue),
    (got) => got !== false,
    { within: 2_000 },
  );
  return message === false ? undefined : message;
}

function deathsIn(message: GetMessage | undefined): Record<string, unknown>[] {
  return (message?.properties.headers?.['x-death'] ?? []) as unknown as Record<string, unknown>[];
}

export const deadLetters: readonly Demonstration[] = [
  demonstration(
    'a dead letter, and what it tells of its death',
    async (bench) => {
      const { one, dead, tasks } = await deadLettering(bench, {
        'x-dead-letter-routing-key': 'failed',
      });
      const properties = { expiration: '0', messageId: 'one', CC: ['copy'] };
      one.sendToQueue(tasks, Buffer.from('task'), properties);
      const letter = await arrived(one, dead);
      const [death = {}] = deathsIn(letter);
      const { headers = {}, expiration, messageId } = letter?.properties ?? {};
      return {
        count: death['count'],
        exchange: death['exchange'],
        keys: death['routing-keys'] !== undefined,
        time: death['time'] !== undefined,
        original: death['original-expiration'],
        key: letter?.fields.routingKey,
        expiration,
        messageId,
        // From 3.13 on, a right broker keeps it as well
        CC: headers['CC'] === undefined ? 'none' : 'kept',
      };
    },
    deadLetter(),
    [library.deathFieldLost('exchange'), { ...deadLetter(), exchange: undefined }],
    [library.deathFieldLost('routing-keys'), { ...deadLetter(), keys: false }],
    [library.deathFieldLost('time'), { ...deadLetter(), time: false }],
    [library.deathFieldLost('original-expiration'), { ...deadLetter(), original: undefined }],
    [library.deathCountsAreText, { ...deadLetter(), count: '1' }],
    [library.deadLettersStripped, { ...deadLetter(), messageId: undefined }],
    [library.deadLettersKeepExpiration, { ...deadLetter(), expiration: '0' }],
    [library.deadLettersKeepCopies, { ...deadLetter(), CC: 'kept' }],
  ),
  demonstration(
    'two deaths in two queues, and once more in the first of them',
    async (bench) => {
      const { one, letters, dead, tasks } = await deadLettering(bench);
      const back = bench.name('back');
      await one.assertExchange(back, 'fanout');
      await one.bindQueue(tasks, back, '');
      const retries = bench.name('retries');
      await one.assertQueue(retries, { arguments: { 'x-dead-letter-exchange': back } });
      await one.unbindQueue(dead, letters, '');
      await one.bindQueue(retries, letters, '');
      await send(one, tasks, 'task');
      await reject(one, tasks);
      await reject(one, retries);
      await reject(one, tasks);
      const letter = await arrived(one, retries);
      const { headers = {} } = letter?.properties ?? {};
      return [
        deathsIn(letter).map(({ queue, count }) => [bench.plainly(String(queue)), count]),
        bench.plainly(String(headers['x-first-death-queue'])),
        headers['x-first-death-exchange'],
      ];
    },
    [
      [
        ['tasks', 2],
        ['retries', 1],
      ],
      'tasks',
      '',
    ],
    [
      library.deathsNotCounted,
      [
        [
          ['tasks', 1],
          ['retries', 1],
        ],
        'tasks',
        '',
      ],
    ],
    [
      library.deathsUncompressed,
      [
        [
          ['tasks', 1],
          ['tasks', 1],
          ['retries', 1],
        ],
        'tasks',
        '',
      ],
    ],
    [
      library.latestDeathLast,
      [
        [
          ['retries', 1],
          ['tasks', 2],
        ],
        'tasks',
        '',
      ],
    ],
  ),
  demonstration(
    'a second death in another queue',
    async (bench) => {
      const { one, letters, dead, tasks } = await deadLettering(bench);
      const [more, retries] = [bench.name('more'), bench.name('retries')];
      await one.assertExchange(more, 'fanout');
      await one.assertQueue(retries, { arguments: { 'x-dead-letter-exchange': more } });
      await one.unbindQueue(dead, letters, '');
      await one.bindQueue(retries, letters, '');
      await one.bindQueue(dead, more, '');
      await send(one, tasks, 'task');
      await reject(one, tasks);
      await reject(one, retries);
      const { headers = {} } = (await arrived(one, dead))?.properties ?? {};
      return bench.plainly(String(headers['x-first-death-queue']));
    },
    'tasks',
    [library.firstDeathOverwritten, 'retries'],
  ),
  demonstration(
    'the routing key of a dead letter where none was given',
    async (bench) => {
      const { one, dead, tasks } = await deadLettering(bench);
      const logs = bench.name('logs');
      await one.assertExchange(logs, 'fanout');
      await one.bindQueue(tasks, logs, '');
      one.publish(logs, 'error', Buffer.from('task'));
      await reject(one, tasks);
      return bench.plainly((await arrived(one, dead))?.fields.routingKey ?? 'no letter');
    },
    'error',
    [library.deadLettersKeyedByTheirQueue, 'tasks'],
  ),
  demonstration(
    'a queue whose dead letter exchange is missing',
    async ({ channel, name }) => {
      const args = { 'x-dead-letter-exchange': name('missing') };
      const refused = await refusal((await channel()).assertQueue(name(), { arguments: args }));
      return refused === 'not refused' ? refused : refused.code;
    },
    'not refused',
    [library.missingDeadLetterExchangesRefused, 404],
  ),
  demonstration(
    'a message that is acknowledged in a queue with a dead letter exchange',
    async (bench) => {
      const { one, dead, tasks } = await deadLettering(bench);
      await send(one, tasks, 'acknowledged', 'rejected');
      const message = await arrived(one, tasks);
      if (message !== undefined) one.ack(message);
      await reject(one, tasks);
      return (await arrived(one, dead))?.content.toString();
    },
    'rejected',
    [library.acksDeadLettered, 'acknowledged'],
  ),
  demonstration(
    'a queue that is purged, and one that is deleted',
    async (bench) => {
      const { one, letters, dead, tasks } = await deadLettering(bench);
      const other = bench.name('other');
      await one.assertQueue(other, { arguments: { 'x-dead-letter-exchange': letters } });
      await send(one, tasks, 'task');
      await one.purgeQueue(tasks);
      await one.deleteQueue(other);
      return (await takeAll(one, dead)).length;
    },
    0,
    [library.removedAreDeadLettered, 2],
  ),
  demonstration(
    'what dies first: a message that is requeued, or one that was published later',
    async (bench) => {
      const { one, letters, dead, tasks } = await deadLettering(bench, { 'x-message-ttl': 600 });
      const clock = bench.name('clock');
      const timed = { 'x-dead-letter-exchange': letters, 'x-message-ttl': 600 };
      await one.assertQueue(clock, { arguments: timed });
      const { got, tag } = await consume(one, tasks);
      await send(one, tasks, 'requeued');
      await askUntil(
        async () => got.length,
        (length) => length === 1,
      );
      await pause(300);
      await send(one, clock, 'published later');
      await one.cancel(tag);
      const [message] = got;
      if (message !== undefined) one.nack(message, false, true);
      return (await arrived(one, dead))?.content.toString();
    },
    'requeued',
    [library.requeuedBeginAnew, 'published later'],
  ),
  demonstration(
    'a message that comes back to the queue in which it was rejected',
    async (bench) => {
      const { channel, name } = bench;
      const one = await channel();
      const [retries, tasks] = [name('retries'), name('tasks')];
      const to = (key: string) => ({ 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': key });
      await one.assertQueue(retries, { arguments: { ...to(tasks), 'x-message-ttl': 0 } });
      await one.assertQueue(tasks, { arguments: to(retries) });
      await send(one, tasks, 'task');
      await reject(one, tasks);
      return (await arrived(one, tasks))?.content.toString();
    },
    'task',
    [library.cyclesAlwaysDropped, undefined],
  ),
];

function deadLetter() {
  return {
    count: 1,
    exchange: '',
    keys: true,
    time: true,
    original: '0',
    key: 'failed',
    expiration: undefined,
    messageId: 'one',
    CC: 'none',
  };
}
