import type { Channel } from 'amqplib';
import * as library from '../library/index.ts';
import { refusal, settled, takeAll, demonstration } from './demonstration.test-support.ts';

/** Publishes to an exchange with headers. */
async function publish(
  channel: Channel,
  exchange: string,
  body: string,
  headers: Record<string, unknown> = {},
): Promise<void> {
  channel.publish(exchange, '', Buffer.from(body), { headers });
  await settled(channel);
}

async function accepted(asked: Promise<unknown>): Promise<boolean> {
  return (await refusal(asked)) === 'not refused';
}

export const bindings = [
  demonstration(
    'a binding that is made twice, unbound, and unbound again',
    async ({ bound }) => {
      const { sender, exchange, queue } = await bound('fanout');
      const again = await accepted(sender.bindQueue(queue, exchange, ''));
      if (!again) return 'refused';
      await sender.unbindQueue(queue, exchange, '');
      await publish(sender, exchange, '1');
      const left = await takeAll(sender, queue);
      return [left, await accepted(sender.unbindQueue(queue, exchange, ''))];
    },
    [[], true],
    [library.repeatedBindingsRefused, 'refused'],
    [library.repeatedBindingsCounted, [['1'], true]],
    [library.missingBindingsRefused, [[], false]],
  ),
  demonstration(
    'an unbind with other arguments',
    async ({ bound }) => {
      const { sender, exchange, queue } = await bound('fanout', '', { shift: 'night' });
      await sender.unbindQueue(queue, exchange, '', { shift: 'day' });
      await publish(sender, exchange, '1');
      return await takeAll(sender, queue);
    },
    ['1'],
    [library.unbindArgumentsIgnored, []],
  ),
  demonstration(
    'two bindings that differ in their arguments, of which one is taken away',
    async ({ bound }) => {
      const { sender, exchange, queue } = await bound('fanout', '', { shift: 'night' });
      await sender.bindQueue(queue, exchange, '', { shift: 'day' });
      await sender.unbindQueue(queue, exchange, '', { shift: 'day' });
      await publish(sender, exchange, '1');
      return await takeAll(sender, queue);
    },
    ['1'],
    [library.unbindingsTakeAllArguments, []],
  ),
  demonstration(
    'an unbind of what was never bound to a topic exchange',
    async ({ bound }) => {
      const { sender, exchange, queue } = await bound('topic', 'error');
      return await accepted(sender.unbindQueue(queue, exchange, 'info'));
    },
    true,
    [library.missingTopicBindingsBreakTheConnection, false],
  ),
  demonstration(
    'a durable queue and a transient exchange that is declared again',
    async ({ channel, name }) => {
      const sender = await channel();
      const exchange = name('logs');
      await sender.assertExchange(exchange, 'fanout', { durable: false });
      const { queue } = await sender.assertQueue(name(), { durable: true });
      if (!(await accepted(sender.bindQueue(queue, exchange, '')))) return 'refused';
      await sender.deleteExchange(exchange);
      await sender.assertExchange(exchange, 'fanout', { durable: false });
      await publish(sender, exchange, '1');
      return await takeAll(sender, queue);
    },
    [],
    [library.transientExchangesRefusedToDurableQueues, 'refused'],
    [library.bindingsOutliveExchanges, ['1']],
  ),
  demonstration(
    'from which end an exchange binding goes',
    async ({ chained, name }) => {
      const { sender, source, destination } = await chained();
      const { queue } = await sender.assertQueue(name());
      await sender.bindQueue(queue, destination, '');
      await publish(sender, source, '1');
      return await takeAll(sender, queue);
    },
    ['1'],
    [library.exchangeBindingsReversed, []],
  ),
  demonstration(
    'an auto-delete exchange that is no destination any more',
    async ({ channel, name }) => {
      const asking = await channel();
      const [source, destination] = [name('source'), name('destination')];
      await asking.assertExchange(source, 'fanout');
      await asking.assertExchange(destination, 'fanout', { autoDelete: true });
      await asking.bindExchange(destination, source, '');
      await asking.unbindExchange(destination, source, '');
      return await accepted(asking.checkExchange(destination));
    },
    true,
    [library.autoDeletedAsDestination, false],
  ),
  demonstration(
    'an exchange whose alternate exchange is, and one whose is not',
    async ({ channel, name }) => {
      const sender = await channel();
      const returned: string[] = [];
      sender.on('return', ({ fields }: { fields: { routingKey: string } }) => {
        returned.push(fields.routingKey);
      });
      const [alternate, exchange, bare] = [name('alternate'), name('logs'), name('bare')];
      await sender.assertExchange(alternate, 'fanout');
      await sender.assertExchange(exchange, 'direct', { alternateExchange: alternate });
      await sender.assertExchange(bare, 'direct', { alternateExchange: name('nowhere') });
      const { queue } = await sender.assertQueue(name());
      await sender.bindQueue(queue, alternate, '');
      await sender.bindQueue(queue, exchange, 'error');
      for (const key of ['error', 'info'])
        sender.publish(exchange, key, Buffer.from(key), { mandatory: true });

      await settled(sender);
      const got = await takeAll(sender, queue);
      sender.publish(bare, 'info', Buffer.from('dropped'));
      return [returned, got, await accepted(settled(sender))];
    },
    [[], ['error', 'info'], true],
    [library.alternatelyRoutedReturned, [['info'], ['error', 'info'], true]],
    [library.missingAlternatesRefused, [[], ['error', 'info'], false]],
  ),
  demonstration(
    'two topic exchanges with empty binding keys',
    async ({ channel, name }) => {
      const sender = await channel();
      const [animals, plants] = [name('animals'), name('plants')];
      const { queue } = await sender.assertQueue(name());
      await sender.assertExchange(animals, 'topic');
      await sender.assertExchange(plants, 'topic');
      await sender.bindQueue(queue, animals, '');
      await publish(sender, plants, 'a plant');
      await publish(sender, animals, 'an animal');
      return await takeAll(sender, queue);
    },
    ['an animal'],
    [library.emptyTopicsShared, ['a plant', 'an animal']],
  ),
  demonstration(
    'headers with and without x-, values, types and x-match',
    async ({ channel, name }) => {
      const sender = await channel();
      const { exchange } = await sender.assertExchange(name('documents'), 'headers');
      const bindings = {
        default: { format: 'pdf', type: 'log' },
        present: { 'x-match': 'all', type: null },
        number: { 'x-match': 'all', type: 7 },
      };
      const queues = await Promise.all(Object.keys(bindings).map((each) => sender.assertQueue(name(each))));
      for (const [index, given] of Object.values(bindings).entries())
        await sender.bindQueue(queues[index]?.queue ?? '', exchange, '', given);

      await publish(sender, exchange, 'format', { format: 'pdf' });
      await publish(sender, exchange, 'number', { type: 7 });
      await publish(sender, exchange, 'text', { type: '7' });
      return await Promise.all(queues.map(({ queue }) => takeAll(sender, queue)));
    },
    [[], ['number', 'text'], ['number']],
    [library.headersMatchedByDefault('any'), [['format'], ['number', 'text'], ['number']]],
    [library.voidHeadersTakenForEmpty, [[], [], ['number']]],
    [library.headersTakenForText, [[], ['number', 'text'], ['number', 'text']]],
  ),
  {
    ...demonstration(
      'headers whose names begin with x-',
      async ({ channel, name }) => {
        const sender = await channel();
        const { exchange } = await sender.assertExchange(name('documents'), 'headers');
        const [plain, withX] = [await sender.assertQueue(name('plain')), await sender.assertQueue(name('x'))];
        const given = { 'x-format': 'pdf', type: 'log' };
        await sender.bindQueue(plain.queue, exchange, '', { ...given, 'x-match': 'all' });
        await sender.bindQueue(withX.queue, exchange, '', { ...given, 'x-match': 'all-with-x' });
        await publish(sender, exchange, 'both', given);
        await publish(sender, exchange, 'type', { type: 'log' });
        return [await takeAll(sender, plain.queue), await takeAll(sender, withX.queue)];
      },
      [['both', 'type'], ['both']],
      [
        library.headersWithXTakenForPlain,
        [
          ['both', 'type'],
          ['both', 'type'],
        ],
      ],
      [library.plainHeadersTakenForWithX, [['both'], ['both']]],
    ),
    versions: '>=3.10',
  },
  demonstration(
    'copies and blind copies',
    async ({ channel, name }) => {
      const sender = await channel();
      const [to, copy, blind] = [
        await sender.assertQueue(name('to')),
        await sender.assertQueue(name('copy')),
        await sender.assertQueue(name('blind')),
      ];
      sender.sendToQueue(to.queue, Buffer.from('1'), { CC: [copy.queue], BCC: [blind.queue] });
      await settled(sender);
      const got = await sender.get(to.queue);
      const { CC = [], BCC = [] } = (got !== false && got.properties.headers) || {};
      return [
        [(CC as string[]).length, (BCC as string[]).length],
        await takeAll(sender, copy.queue),
        await takeAll(sender, blind.queue),
      ];
    },
    [[1, 0], ['1'], ['1']],
    [library.blindCopiesShown, [[2, 0], ['1'], ['1']]],
    [library.headerIgnored('CC'), [[0, 0], [], ['1']]],
    [library.headerIgnored('BCC'), [[1, 0], ['1'], []]],
  ),
  demonstration(
    'a queue that is bound by two keys and unbound by one',
    async ({ bound }) => {
      const { sender, exchange, queue } = await bound('direct', 'error');
      await sender.bindQueue(queue, exchange, 'info');
      await sender.unbindQueue(queue, exchange, 'error');
      for (const key of ['error', 'info']) sender.publish(exchange, key, Buffer.from(key));
      await settled(sender);
      return await takeAll(sender, queue);
    },
    ['info'],
    [library.unbindingsTakeAllKeys, []],
  ),
];
