import * as library from '../library/index.ts';
import { demonstration, refusal } from './demonstration.test-support.ts';

export const minima = [
  demonstration(
    'two exchanges',
    async ({ channel, name }) => {
      const one = await channel();
      await one.assertExchange(name('first'), 'fanout');
      await one.assertExchange(name('first'), 'fanout');
      return await refusal(one.assertExchange(name('second'), 'fanout'));
    },
    'not refused',
    [library.exchangesLimitedTo(1), noRoom([40, 10])],
  ),
  demonstration(
    'two queues',
    async ({ channel, name }) => {
      const one = await channel();
      await one.assertQueue(name('first'));
      await one.assertQueue(name('first'));
      return await refusal(one.assertQueue(name('second')));
    },
    'not refused',
    [library.queuesLimitedTo(1), noRoom([50, 10])],
  ),
  demonstration(
    'two consumers of a queue',
    async ({ channel, name }) => {
      const [one, other] = [await channel(), await channel()];
      const { queue } = await one.assertQueue(name());
      await one.consume(queue, () => {});
      return await refusal(other.consume(queue, () => {}));
    },
    'not refused',
    [library.consumersLimitedTo(1), noRoom([60, 20])],
  ),
];

function noRoom(method: [number, number]) {
  return { code: 406, method };
}
