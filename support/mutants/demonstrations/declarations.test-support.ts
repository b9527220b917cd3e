import * as library from '../library/index.ts';
import { demonstration, refusal, send, settled, takeAll } from './demonstration.test-support.ts';

export const declarations = [
  demonstration(
    'a passive declaration of a queue that was declared, and of one that the broker has from elsewhere',
    async ({ channel, management, virtualHost, name }) => {
      const [one, two] = [await channel(), await channel()];
      await one.assertQueue(name('declared'));
      await management.in(virtualHost).queues.put(name('there'), {});
      return [await refusal(one.checkQueue(name('declared'))), await refusal(two.checkQueue(name('there')))];
    },
    ['not refused', 'not refused'],
    [library.queuesForgottenByRestarts, ['not refused', { code: 404, method: [50, 10] }]],
  ),
  demonstration(
    'a passive declaration of a queue that is not there',
    async ({ channel, name }) => await refusal((await channel()).checkQueue(name('missing'))),
    { code: 404, method: [50, 10] },
    [library.passiveTakenForActive, 'not refused'],
  ),
  demonstration(
    'a queue and an exchange that are declared again with another argument that nobody knows',
    async ({ channel, name }) => {
      const [one, two] = [await channel(), await channel()];
      const color = (value: string) => ({ arguments: { 'x-color': value } });
      await one.assertQueue(name(), color('red'));
      await one.assertExchange(name('logs'), 'fanout', color('red'));
      return [
        await refusal(one.assertQueue(name(), color('blue'))),
        await refusal(two.assertExchange(name('logs'), 'fanout', color('blue'))),
      ];
    },
    ['not refused', 'not refused'],
    [
      library.argumentsComparedByOctets,
      [
        { code: 406, method: [50, 10] },
        { code: 406, method: [40, 10] },
      ],
    ],
  ),
  demonstration(
    'an exchange that is declared twice',
    async ({ channel, name }) => {
      const one = await channel();
      await one.assertExchange(name(), 'fanout');
      return await refusal(one.assertExchange(name(), 'fanout'));
    },
    'not refused',
    [library.exchangeRedeclarationsRefused, { code: 406, method: [40, 10] }],
  ),
  demonstration(
    'an exclusive queue that another channel of its connection uses',
    async ({ client, name }) => {
      const connection = await client();
      const [owner, another] = [await connection.createChannel(), await connection.createChannel()];
      another.on('error', () => {});
      const { queue } = await owner.assertQueue(name(), { exclusive: true, durable: false });
      return await refusal(another.purgeQueue(queue));
    },
    'not refused',
    [library.exclusiveToChannel, { code: 405, method: [50, 30] }],
  ),
  demonstration(
    'a bound exchange that is declared again',
    async ({ bound }) => {
      const { sender, exchange, queue } = await bound('fanout');
      await sender.assertExchange(exchange, 'fanout');
      sender.publish(exchange, '', Buffer.from('1'));
      await settled(sender);
      return await takeAll(sender, queue);
    },
    ['1'],
    [library.redeclaredExchangesMadeAnew, []],
  ),
  demonstration(
    'what is in a queue that is declared again',
    async ({ channel, name }) => {
      const one = await channel();
      const { queue } = await one.assertQueue(name());
      await send(one, queue, '1');
      await one.assertQueue(queue);
      return await takeAll(one, queue);
    },
    ['1'],
    [library.redeclarationsEmptyQueues, []],
  ),
  {
    ...demonstration(
      'a queue that is not durable, of which another connection asks',
      async ({ channel, name }) => {
        const [one, two] = [await channel(), await channel()];
        const { queue } = await one.assertQueue(name(), { durable: false });
        return await refusal(two.checkQueue(queue));
      },
      'not refused',
      [library.transientQueuesMadeExclusive, { code: 405, method: [50, 10] }],
    ),
    // Later versions refuse transient queues that are not exclusive
    versions: '<4.3',
  },
];
