import type { Channel } from 'amqplib';
import * as library from '../library/index.ts';
import { refusal, send, settled, takeAll, demonstration } from './demonstration.test-support.ts';

async function publishAll(channel: Channel, exchange: string, keys: readonly string[]): Promise<void> {
  for (const key of keys) channel.publish(exchange, key, Buffer.from(key));
  await settled(channel);
}

export const routing = [
  demonstration(
    'a number as the key of a binding',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange } = await sender.assertExchange(name('numbers'), 'direct');
      const { queue } = await sender.assertQueue(name());
      await sender.bindQueue(queue, exchange, '5');
      await publishAll(sender, exchange, ['1', '5']);
      return await takeAll(sender, queue);
    },
    ['5'],
    [library.bindingWeightsIgnored, ['1']],
  ),
  demonstration(
    'a direct exchange',
    async ({ bound }) => {
      const { sender, exchange, queue } = await bound('direct', 'Error');
      await publishAll(sender, exchange, ['Error', 'error', 'Err', 'Error.', '']);
      return await takeAll(sender, queue);
    },
    ['Error'],
    [library.bindingsIgnored, []],
    [library.bindingKeysIgnored, ['']],
    [library.routingKeysIgnored, []],
    [library.routingKeysMadeUp, []],
    [library.routingKeysCaseIgnored, ['Error', 'error']],
    [library.routingKeysCutAt(3), ['Error', 'Err', 'Error.']],
    [library.exchangeTypeTakenFor('direct', 'fanout'), ['Error', 'error', 'Err', 'Error.', '']],
  ),
  demonstration(
    'a topic exchange',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange } = await sender.assertExchange(name('topics'), 'topic');
      const [star, hash] = [await sender.assertQueue(name('star')), await sender.assertQueue(name('hash'))];
      await sender.bindQueue(star.queue, exchange, 'a.*');
      await sender.bindQueue(hash.queue, exchange, 'a.#');
      await publishAll(sender, exchange, ['a', 'a.b', 'a.b.c', 'a.*', 'a.#']);
      return [await takeAll(sender, star.queue), await takeAll(sender, hash.queue)];
    },
    [
      ['a.b', 'a.*', 'a.#'],
      ['a', 'a.b', 'a.b.c', 'a.*', 'a.#'],
    ],
    [
      library.starTakenForHash,
      [
        ['a', 'a.b', 'a.b.c', 'a.*', 'a.#'],
        ['a', 'a.b', 'a.b.c', 'a.*', 'a.#'],
      ],
    ],
    [
      library.hashTakenForStar,
      [
        ['a.b', 'a.*', 'a.#'],
        ['a.b', 'a.*', 'a.#'],
      ],
    ],
    [
      library.hashTakesAWord,
      [
        ['a.b', 'a.*', 'a.#'],
        ['a.b', 'a.b.c', 'a.*', 'a.#'],
      ],
    ],
    [library.exchangeTypeTakenFor('topic', 'direct'), [['a.*'], ['a.#']]],
  ),
  demonstration(
    'a topic that begins with #',
    async ({ bound }) => {
      const { sender, exchange, queue } = await bound('topic', '#.a.b');
      await publishAll(sender, exchange, ['a.b', 'c.a.b', 'c.b', 'a.c']);
      return await takeAll(sender, queue);
    },
    ['a.b', 'c.a.b'],
    [library.wordsAfterHashSkipped, ['a.b', 'c.a.b', 'c.b']],
  ),
  demonstration(
    'two exchanges bound to another',
    async ({ chained, name }) => {
      const { sender, source, destination } = await chained();
      const another = name('another');
      await sender.assertExchange(another, 'fanout');
      await sender.bindExchange(another, source, '');
      const { queue } = await sender.assertQueue(name());
      await sender.bindQueue(queue, another, '');
      await sender.bindQueue(queue, destination, 'as well');
      const { queue: second } = await sender.assertQueue(name('second'));
      await sender.bindQueue(second, another, '');
      await publishAll(sender, source, ['1']);
      return [await takeAll(sender, queue), await takeAll(sender, second)];
    },
    [['1'], ['1']],
    [library.oneExchangePerSource, [['1'], []]],
  ),
  demonstration(
    'two consistent hash exchanges',
    async ({ channel, name }) => {
      const sender = await channel();
      const queues: string[] = [];
      for (const shop of ['one', 'two']) {
        const { exchange } = await sender.assertExchange(name(shop), 'x-consistent-hash');
        const { queue } = await sender.assertQueue(name(`of ${shop}`));
        await sender.bindQueue(queue, exchange, '1');
        queues.push(queue);
      }
      await publishAll(sender, name('two'), ['1']);
      return await Promise.all(queues.map((queue) => takeAll(sender, queue)));
    },
    [[], ['1']],
    [library.hashExchangesMixedUp, [['1'], []]],
  ),
  demonstration(
    'a consistent hash exchange of whose two queues one is deleted',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange } = await sender.assertExchange(name('shop'), 'x-consistent-hash');
      for (const queue of [name('leaving'), name('staying')]) {
        await sender.assertQueue(queue);
        await sender.bindQueue(queue, exchange, '1');
      }
      await sender.deleteQueue(name('leaving'));
      await publishAll(sender, exchange, ['1', '2', '3', '4']);
      return await takeAll(sender, name('staying'));
    },
    ['1', '2', '3', '4'],
    [library.deletedDestinationsKeepTheirShare, ['1', '3']],
  ),
  demonstration(
    'a consistent hash exchange, an exchange bound to it, and a header',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange } = await sender.assertExchange(name('shop'), 'x-consistent-hash', {
        arguments: { 'hash-header': 'customer' },
      });
      const { exchange: destination } = await sender.assertExchange(name('destination'), 'fanout');
      const { queue } = await sender.assertQueue(name());
      await sender.bindQueue(queue, exchange, '1');
      await sender.bindExchange(destination, exchange, '1');
      await sender.deleteExchange(destination);
      for (const key of ['1', '2'])
        sender.publish(exchange, key, Buffer.from(key), { headers: { customer: 'Alice' } });
      await settled(sender);
      const got = await takeAll(sender, queue);
      sender.publish(exchange, '1', Buffer.from('without'));
      return [got, await refusal(settled(sender))];
    },
    [['1', '2'], 'not refused'],
    [library.deletedDestinationsKeepTheirShare, [['1'], 'not refused']],
    [library.hashHeaderRequired, [['1', '2'], { code: undefined, method: [undefined, undefined] }]],
  ),
  demonstration(
    'several queues and several keys',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange } = await sender.assertExchange(name('logs'), 'direct');
      const [one, two] = [await sender.assertQueue(name('one')), await sender.assertQueue(name('two'))];
      await sender.bindQueue(one.queue, exchange, 'error');
      await sender.bindQueue(one.queue, exchange, 'info');
      await sender.bindQueue(two.queue, exchange, 'error');
      await publishAll(sender, exchange, ['error', 'info']);
      return [await takeAll(sender, one.queue), await takeAll(sender, two.queue)];
    },
    [['error', 'info'], ['error']],
    [library.oneBindingPerQueue, [['error'], ['error']]],
    [library.oneQueuePerKey, [['error', 'info'], []]],
  ),
  demonstration(
    'two queues by the default exchange',
    async ({ channel, name }) => {
      const sender = await channel();
      const [one, two] = [await sender.assertQueue(name('one')), await sender.assertQueue(name('two'))];
      await send(sender, one.queue, '1');
      await send(sender, two.queue, '2');
      return [await takeAll(sender, one.queue), await takeAll(sender, two.queue)];
    },
    [['1'], ['2']],
    [library.defaultExchangeKeyStuck, [['1', '2'], []]],
  ),
  demonstration(
    'an exchange that every virtual host has',
    async ({ client, management, virtualHost }) => {
      const asking = await (await client()).createChannel();
      asking.on('error', () => {});
      const exchanges = await management.in(virtualHost).exchanges.list();
      return [
        exchanges.some(({ name }) => name === 'amq.match'),
        (await refusal(asking.checkExchange('amq.match'))) === 'not refused',
      ];
    },
    [true, true],
    [library.exchangeMissing('amq.match'), [false, false]],
  ),
  demonstration(
    'queues that are declared or bound too late',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange } = await sender.assertExchange(name('logs'), 'fanout');
      await send(sender, name('declared'), '1');
      await publishAll(sender, exchange, ['2']);
      const declared = await sender.assertQueue(name('declared'));
      const bound = await sender.assertQueue(name('bound'));
      await sender.bindQueue(bound.queue, exchange, '');
      return [await takeAll(sender, declared.queue), await takeAll(sender, bound.queue)];
    },
    [[], []],
    [library.publishedForLaterQueues, [['1'], ['2']]],
  ),
  demonstration(
    'an exchange bound to another, and a queue that was unbound',
    async ({ chained, name }) => {
      const { sender, source, destination } = await chained();
      const [bound, unbound] = [
        await sender.assertQueue(name('bound')),
        await sender.assertQueue(name('unbound')),
      ];
      await sender.bindQueue(bound.queue, destination, '');
      await sender.bindQueue(unbound.queue, source, '');
      await sender.unbindQueue(unbound.queue, source, '');
      await publishAll(sender, source, ['1']);
      return [await takeAll(sender, bound.queue), await takeAll(sender, unbound.queue)];
    },
    [['1'], []],
    [library.exchangeBindingsIgnored, [[], []]],
    [library.unbindingsIgnored, [['1'], ['1']]],
    [library.bindingsIgnored, [[], []]],
  ),
  demonstration(
    'a headers exchange',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange } = await sender.assertExchange(name('documents'), 'headers');
      const [all, any] = [await sender.assertQueue(name('all')), await sender.assertQueue(name('any'))];
      await sender.bindQueue(all.queue, exchange, '', { 'x-match': 'all', format: 'pdf', type: 'report' });
      await sender.bindQueue(any.queue, exchange, '', { 'x-match': 'any', format: 'pdf', type: 'report' });
      const documents = { both: { format: 'pdf', type: 'report' }, one: { format: 'pdf' }, none: {} };
      for (const [body, headers] of Object.entries(documents))
        sender.publish(exchange, '', Buffer.from(body), { headers });

      await settled(sender);
      return [await takeAll(sender, all.queue), await takeAll(sender, any.queue)];
    },
    [['both'], ['both', 'one']],
    [
      library.allHeadersTakenForAny,
      [
        ['both', 'one'],
        ['both', 'one'],
      ],
    ],
    [library.anyHeaderTakenForAll, [['both'], ['both']]],
    [
      library.bindingArgumentLost('type'),
      [
        ['both', 'one'],
        ['both', 'one'],
      ],
    ],
  ),
  demonstration(
    'an alternate exchange',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange: alternate } = await sender.assertExchange(name('unrouted'), 'fanout');
      const { exchange } = await sender.assertExchange(name('logs'), 'direct', {
        alternateExchange: alternate,
      });
      const { queue } = await sender.assertQueue(name());
      await sender.bindQueue(queue, alternate, '');
      await publishAll(sender, exchange, ['unrouted']);
      return await takeAll(sender, queue);
    },
    ['unrouted'],
    [library.exchangeArgumentLost('alternate-exchange'), []],
  ),
  demonstration(
    'to which exchange a delivery was published',
    async ({ bound, plainly }) => {
      const { sender, exchange, queue } = await bound('fanout');
      await publishAll(sender, exchange, ['key']);
      const message = await sender.get(queue);
      return message !== false && [plainly(message.fields.exchange), message.fields.routingKey];
    },
    ['logs', 'key'],
    [library.deliveryExchangeForgotten, ['', 'key']],
  ),
  demonstration(
    'an exchange that only exchanges publish to',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange } = await sender.assertExchange(name('inner'), 'fanout', { internal: true });
      sender.publish(exchange, '', Buffer.from('1'));
      return await settled(sender).then(
        () => 'taken',
        (error: { code: number }) => error.code,
      );
    },
    403,
    [library.internalIgnored, 'taken'],
    [library.errorCodeChanged(403, 404), 404],
    [library.errorsSwallowed, 'taken'],
  ),
];
