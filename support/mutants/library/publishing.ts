import { mutant } from '../mutant.ts';
import { fromClient } from '../target.ts';

/** In confirm mode it is confirmed all the same. @param nth counted from 1 */
export const publishLost = (nth: number) =>
  mutant(
    `publish-lost-${nth}`,
    `loses the message that is published as number ${nth}`,
    fromClient('basic.publish')
      .nth(nth)
      .does(() => ({ sequenceNumber, toClient }) => {
        if (sequenceNumber !== undefined) toClient('basic.ack', { deliveryTag: sequenceNumber });
        return [];
      }),
  );

export const publishedTwice = mutant(
  'published-twice',
  'routes each message twice',
  fromClient('basic.publish').duplicate(),
);

export const publishesSwapped = mutant(
  'publishes-swapped',
  'enqueues the second of two messages before the first',
  fromClient('basic.publish').inPairs((first, second) => [second, first]),
);

/** The default exchange stays itself; another one takes what is published to it for a queue's name. */
export const exchangeIgnored = mutant(
  'exchange-ignored',
  'takes the routing key for the name of a queue, whatever the exchange is',
  fromClient('basic.publish').change({ exchange: '' }),
);
