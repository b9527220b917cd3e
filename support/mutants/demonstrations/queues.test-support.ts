import { askUntil } from '../../waiting/until.ts';
import * as library from '../library/index.ts';
import {
  type Bench,
  confirmed,
  consume,
  refusal,
  send,
  takeAll,
  demonstration,
} from './demonstration.test-support.ts';

/** Declares a queue and an exchange, and tells of them what the management API does. */
async function declared(
  { channel, name, management, virtualHost }: Bench,
  flags: { durable: boolean; autoDelete: boolean; exclusive?: boolean },
): Promise<unknown> {
  const one = await channel();
  const { queue } = await one.assertQueue(name(), flags);
  const { exchange } = await one.assertExchange(name('logs'), 'fanout', flags);
  const inside = management.in(virtualHost);
  const [asQueue, asExchange] = [await inside.queues.get(queue), await inside.exchanges.get(exchange)];
  return [
    { durable: asQueue.durable, autoDelete: asQueue.auto_delete, exclusive: asQueue.exclusive },
    { durable: asExchange.durable, autoDelete: asExchange.auto_delete },
  ];
}

export const queues = [
  demonstration(
    'what is declared durable',
    async (bench) => await declared(bench, { durable: true, autoDelete: false }),
    [
      { durable: true, autoDelete: false, exclusive: false },
      { durable: true, autoDelete: false },
    ],
    [
      library.exchangeDurabilityForgotten,
      [
        { durable: true, autoDelete: false, exclusive: false },
        { durable: false, autoDelete: false },
      ],
    ],
    [
      library.autoDeleteAlways,
      [
        { durable: true, autoDelete: true, exclusive: false },
        { durable: true, autoDelete: true },
      ],
    ],
    [
      library.managementFieldWrong('queues', 'durable', false),
      [
        { durable: false, autoDelete: false, exclusive: false },
        { durable: true, autoDelete: false },
      ],
    ],
  ),
  demonstration(
    'what is declared exclusive and transient',
    async (bench) => await declared(bench, { durable: false, autoDelete: true, exclusive: true }),
    [
      { durable: false, autoDelete: true, exclusive: true },
      { durable: false, autoDelete: true },
    ],
    [
      library.transientExchangesKept,
      [
        { durable: false, autoDelete: true, exclusive: true },
        { durable: true, autoDelete: true },
      ],
    ],
    [
      library.autoDeleteIgnored,
      [
        { durable: false, autoDelete: false, exclusive: true },
        { durable: false, autoDelete: false },
      ],
    ],
  ),
  ...[
    { durable: true, mutant: library.queueDurabilityForgotten },
    { durable: false, mutant: library.transientQueuesKept },
  ].map(({ durable, mutant }) => ({
    ...demonstration(
      `a queue that is declared ${durable ? 'durable' : 'transient'}`,
      async (bench) => await declared(bench, { durable, autoDelete: false }),
      [
        { durable, autoDelete: false, exclusive: false },
        { durable, autoDelete: false },
      ],
      [
        mutant,
        [
          { durable: !durable, autoDelete: false, exclusive: false },
          { durable, autoDelete: false },
        ],
      ],
    ),
    // Later versions refuse transient queues that are not exclusive
    versions: '<4.3',
  })),
  demonstration(
    'an exclusive queue that another connection asks for',
    async ({ channel, name }) => {
      const [owner, stranger] = [await channel(), await channel()];
      const { queue } = await owner.assertQueue(name(), { exclusive: true, durable: false });
      return await refusal(stranger.checkQueue(queue));
    },
    { code: 405, method: [50, 10] },
    [library.exclusiveIgnored, 'not refused'],
    [library.errorCodeChanged(405, 403), { code: 403, method: [50, 10] }],
    [library.errorsSwallowed, 'not refused'],
  ),
  demonstration(
    'an exclusive queue that another connection unbinds',
    async ({ channel, name }) => {
      const [owner, stranger] = [await channel(), await channel()];
      const { queue } = await owner.assertQueue(name(), { exclusive: true, durable: false });
      await owner.bindQueue(queue, 'amq.fanout', '');
      return await refusal(stranger.unbindQueue(queue, 'amq.fanout', ''));
    },
    { code: 405, method: [50, 50] },
    [library.lockedQueuesUnbound, 'not refused'],
  ),
  demonstration(
    'an exclusive queue that another connection declares as one that is not',
    async ({ channel, name }) => {
      const [owner, stranger] = [await channel(), await channel()];
      const { queue } = await owner.assertQueue(name(), { exclusive: true, durable: false });
      return await refusal(stranger.assertQueue(queue));
    },
    { code: 405, method: [50, 10] },
    [library.locksToldAsDifferences, { code: 406, method: [50, 10] }],
  ),
  demonstration(
    'a limit of less than none',
    async ({ channel, name }) =>
      await refusal((await channel()).assertQueue(name(), { arguments: { 'x-max-length': -1 } })),
    { code: 406, method: [50, 10] },
    [library.signedOctetsTakenForUnsigned, 'not refused'],
  ),
  demonstration(
    'asking for what is not there',
    async ({ client, name }) => {
      const connection = await client();
      const [first, second] = [await connection.createChannel(), await connection.createChannel()];
      first.on('error', () => {});
      second.on('error', () => {});
      const refused = [
        await refusal(first.checkQueue(name('missing'))),
        await refusal(second.checkExchange(name('missing'))),
      ];
      return [
        refused,
        await connection.createChannel().then(
          () => 'goes on',
          () => 'broken',
        ),
      ];
    },
    [
      [
        { code: 404, method: [50, 10] },
        { code: 404, method: [40, 10] },
      ],
      'goes on',
    ],
    [library.passiveIgnored, [['not refused', 'not refused'], 'goes on']],
    [library.errorsSwallowed, [['not refused', 'not refused'], 'goes on']],
  ),
  demonstration(
    'declaring a queue twice, and going on',
    async ({ client, name }) => {
      const connection = await client();
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      await channel.assertQueue(name());
      const again = await refusal(channel.assertQueue(name()));
      const other = await connection.createChannel();
      const { queue } = await other.assertQueue(name('another'));
      await send(other, queue, '1');
      return [again, await takeAll(other, queue)];
    },
    ['not refused', ['1']],
    [library.redeclarationsRefused, [{ code: 406, method: [50, 10] }, ['1']]],
  ),
  demonstration(
    'what a queue that is declared again with another flag ends',
    async ({ client, name }) => {
      const connection = await client();
      const channel = await connection.createChannel();
      const ended = new Promise((resolve) => {
        connection.on('error', ({ code }: { code: number }) => resolve(['the connection', code]));
        channel.on('error', ({ code }: { code: number }) => resolve(['the channel', code]));
      });
      await channel.assertQueue(name());
      await refusal(channel.assertQueue(name(), { autoDelete: true }));
      return await ended;
    },
    ['the channel', 406],
    [library.differingFlagsBreakTheConnection, ['the connection', 530]],
  ),
  demonstration(
    'what an error of a channel does to its connection',
    async ({ client, name }) => {
      const connection = await client();
      const code = new Promise((resolve) => {
        connection.on('error', (error: { code: number }) => resolve(error.code));
        connection.on('close', () => resolve('no error'));
      });
      const channel = await connection.createChannel();
      channel.on('error', () => {});
      await refusal(channel.checkQueue(name('missing')));
      await connection.createChannel().then(
        async () => await connection.close(),
        () => {},
      );
      return await code;
    },
    'no error',
    [library.channelErrorsBreakTheConnection, 404],
  ),
  demonstration(
    'counts',
    async ({ confirmChannel, name }) => {
      const one = await confirmChannel();
      const { queue } = await one.assertQueue(name());
      await confirmed(one, queue, '1', '2');
      const { messageCount, consumerCount } = await one.checkQueue(queue);
      const purged = await one.purgeQueue(queue);
      return [messageCount, consumerCount, purged.messageCount, await takeAll(one, queue)];
    },
    [2, 0, 2, []],
    [library.messageCountWrong, [3, 0, 2, []]],
    [library.consumerCountWrong, [2, 1, 2, []]],
    [library.purgesIgnored, [2, 0, 2, ['1', '2']]],
    [library.purgeCountWrong, [2, 0, 3, []]],
  ),
  demonstration(
    'purging what is not there',
    async ({ channel, name, plainly }) =>
      await (await channel()).purgeQueue(name('missing')).then(
        () => 'purged',
        (error: Error) => plainly(error.message).replace(/^.*with message /, ''),
      ),
    `"NOT_FOUND - no queue 'missing' in vhost '/'"`,
    [library.errorTextLost, '""'],
  ),
  demonstration(
    'deleting a queue and an exchange',
    async ({ channel, name }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name());
      const { exchange } = await one.assertExchange(name('logs'), 'fanout');
      await send(one, queue, '1');
      const { messageCount } = await one.deleteQueue(queue);
      await one.deleteExchange(exchange);
      const again = await one.assertQueue(queue);
      return [
        messageCount,
        again.messageCount,
        (await refusal(one.checkExchange(exchange))) === 'not refused',
      ];
    },
    [1, 0, false],
    [library.deletionsIgnored, [1, 1, true]],
  ),
  demonstration(
    'deleting only what is empty, or unused',
    async ({ channel, name }) => {
      const [one, two, three] = [await channel(), await channel(), await channel()];
      const [full, used] = [await one.assertQueue(name('full')), await one.assertQueue(name('used'))];
      await send(one, full.queue, '1');
      await consume(one, used.queue);
      return [
        (await refusal(two.deleteQueue(full.queue, { ifEmpty: true }))) === 'not refused',
        (await refusal(three.deleteQueue(used.queue, { ifUnused: true }))) === 'not refused',
      ];
    },
    [false, false],
    [library.ifEmptyIgnored, [true, false]],
    [library.ifUnusedIgnored, [false, true]],
  ),
  demonstration(
    'names that the broker makes',
    async ({ channel }) => {
      const [one, two] = [await channel(), await channel()];
      const first = await one.assertQueue('', { exclusive: true, durable: false });
      const second = await two.assertQueue('', { exclusive: true, durable: false });
      return [first.queue.startsWith('amq.gen-'), first.queue === second.queue];
    },
    [true, false],
    [library.serverNamesUnmarked, [false, false]],
    [library.serverNamesRepeated, [false, true]],
  ),
  demonstration(
    'a queue with a limit, and where its surplus goes',
    async ({ channel, name }) => {
      const one = await channel();
      const [dead, limited] = [name('dead'), name('limited')];
      await one.assertQueue(dead);
      await one.assertQueue(limited, {
        arguments: { 'x-max-length': 1, 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': dead },
      });
      await send(one, limited, '1', '2');
      // Dead letters are published on their own time
      const letter = await askUntil(
        () => one.get(dead),
        (message) => message !== false,
        { within: 2_000 },
      );
      const left = await takeAll(one, limited);
      if (letter === false) return [left];
      const [death] = letter.properties.headers?.['x-death'] ?? [];
      return [left, death?.count, death?.reason, death?.queue === limited];
    },
    [['2'], 1, 'maxlen', true],
    [library.queueArgumentLost('x-max-length'), [['1', '2']]],
    [library.queueArgumentLost('x-dead-letter-exchange'), [['2']]],
    [library.deathCountWrong, [['2'], 2, 'maxlen', true]],
    [library.deathReasonWrong, [['2'], 1, 'rejected', true]],
    [library.deathQueueWrong, [['2'], 1, 'maxlen', false]],
    [library.deathHistoryLost, [['2'], undefined, undefined, false]],
  ),
  demonstration(
    'a message that expires at once',
    async ({ channel, name }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name());
      one.sendToQueue(queue, Buffer.from('1'), { expiration: '0' });
      return await takeAll(one, queue);
    },
    [],
    [library.expirationIgnored, ['1']],
  ),
  demonstration(
    'how much is ready in a queue beside what its consumer holds',
    async ({ confirmChannel, name }) => {
      const [one, worker] = [await confirmChannel(), await confirmChannel()];
      const { queue } = await one.assertQueue(name());
      await worker.prefetch(2);
      const { got } = await consume(worker, queue);
      await confirmed(one, queue, '1', '2', '3', '4', '5');
      await askUntil(
        async () => got.length,
        (length) => length === 2,
      );
      const ready = async () => (await one.checkQueue(queue)).messageCount;
      const before = await ready();
      for (const message of got) worker.ack(message);
      await worker.prefetch(0);
      await askUntil(
        async () => got.length,
        (length) => length === 4,
      );
      const purged = await one.purgeQueue(queue);
      return [before, purged.messageCount];
    },
    [3, 1],
    [library.unacknowledgedCountedAsReady, [5, 3]],
  ),
  demonstration(
    'how many consumers a queue has, one of which can take no more',
    async ({ confirmChannel, name }) => {
      const [one, busy, idle] = [await confirmChannel(), await confirmChannel(), await confirmChannel()];
      const { queue } = await one.assertQueue(name());
      await busy.prefetch(3);
      const { got } = await consume(busy, queue);
      await confirmed(one, queue, '1', '2', '3');
      await askUntil(
        async () => got.length,
        (length) => length === 3,
      );
      await consume(idle, queue);
      return (await one.checkQueue(queue)).consumerCount;
    },
    2,
    [library.unacknowledgedCountedAsConsumers, 3],
    [library.busyConsumersNotCounted, 1],
  ),
];
