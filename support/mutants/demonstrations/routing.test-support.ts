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
