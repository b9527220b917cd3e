import * as library from '../library/index.ts';
import { refusal, send, settled, takeAll, demonstration } from './demonstration.test-support.ts';

export const names = [
  demonstration(
    'an empty name after two declarations',
    async ({ channel, name }) => {
      const one = await channel();
      const { queue: first } = await one.assertQueue(name('first'));
      const { queue: last } = await one.assertQueue(name('last'));
      await send(one, first, '1');
      await send(one, last, '2', '3');
      const purged = one.purgeQueue('');
      const refused = await refusal(purged);
      return refused === 'not refused' ? (await purged).messageCount : refused;
    },
    2,
    [library.lastDeclaredForgotten, { code: 404, method: [50, 30] }],
    [library.firstDeclaredRemembered, 1],
  ),
  demonstration(
    'an empty name on another channel than that of the declaration',
    async ({ client, name }) => {
      const connection = await client();
      const [declaring, asking] = [await connection.createChannel(), await connection.createChannel()];
      asking.on('error', () => {});
      await declaring.assertQueue(name());
      return await refusal(asking.purgeQueue(''));
    },
    { code: 404, method: [50, 30] },
    [library.lastDeclaredSharedByChannels, 'not refused'],
  ),
  demonstration(
    'publishing to amq.default',
    async ({ channel, name }) => {
      const [one, other, queue] = [await channel(), await channel(), name()];
      await one.assertQueue(queue);
      one.publish('amq.default', queue, Buffer.from('1'));
      await settled(one).catch(() => {});
      return await takeAll(other, queue);
    },
    [],
    [library.defaultExchangeByItsOtherName, ['1']],
  ),
  demonstration(
    'two exchanges whose names differ in a colon and a period',
    async ({ channel, name }) => {
      const [one, queue] = [await channel(), name()];
      await one.assertQueue(queue);
      for (const logs of ['logs.', 'logs:']) await one.assertExchange(name(logs), 'fanout');
      await one.bindQueue(queue, name('logs.'), '');
      one.publish(name('logs:'), '', Buffer.from('1'));
      return await takeAll(one, queue);
    },
    [],
    [library.colonsInExchangeNamesIgnored, ['1']],
  ),
  ...[
    { letters: ['.', ':'], mutant: library.colonsInQueueNamesIgnored },
    { letters: ['a', 'b'], mutant: library.queueNamesCutAt(37) },
    { letters: ['ä', 'ö'], mutant: library.queueNamesInAscii },
  ].map(({ letters: [first = '', second = ''], mutant }) =>
    demonstration(
      `two queues whose names differ in ${first} and ${second}`,
      async ({ channel, name }) => {
        const one = await channel();
        await one.assertQueue(name(first));
        await one.assertQueue(name(second));
        await send(one, name(first), '1');
        return await takeAll(one, name(second));
      },
      [],
      [mutant, ['1']],
    ),
  ),
  demonstration(
    'asking for a queue that the broker named, and for an exchange of its own',
    async ({ channel }) => {
      const [one, two] = [await channel(), await channel()];
      const { queue } = await one.assertQueue('', { exclusive: true, durable: false });
      return [
        await refusal(one.checkQueue(queue)),
        await refusal(two.assertExchange('amq.direct', 'direct')),
      ];
    },
    ['not refused', 'not refused'],
    [
      library.reservedNamesNeverFound,
      [
        { code: 403, method: [50, 10] },
        { code: 403, method: [40, 10] },
      ],
    ],
  ),
];
