import { type FieldValue, table } from '../../wire/index.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { lose } from './lose.ts';
import { isOfAStream } from './of-a-stream.ts';

const delivered = fromBroker('basic.deliver', 'basic.get-ok');

/** Where the header is there. @param header its name, of a number @param difference is added */
export function headerCountOff(header: string, difference: number) {
  return mutant(
    `header-count-off-${header}-${difference}`,
    `tells in the header ${header} ${Math.abs(difference)} ${difference < 0 ? 'less' : 'more'} than it counted`,
    delivered.changeProperties(({ headers, ...properties }) =>
      headers === undefined
        ? properties
        : {
            ...properties,
            headers: headers.map(([name, value]) => [
              name,
              name === header ? plus(value, difference) : value,
            ]),
          },
    ),
  );
}

export const firstDeliveriesCounted = mutant(
  'first-deliveries-counted',
  'tells in the header x-delivery-count of 0 failures when it delivers a message for the first time',
  delivered
    .where(({ redelivered }) => !redelivered)
    .changeProperties(({ headers = [], ...properties }) => ({
      ...properties,
      headers: [...headers, ...table({ 'x-delivery-count': 0 })],
    })),
);

/** From RabbitMQ 4.3 on, which tells both. */
export const acquisitionsTakenForFailures = mutant(
  'acquisitions-taken-for-failures',
  'counts each delivery of a message that comes back as a failed one',
  delivered.changeProperties((properties) => {
    const { headers = [] } = properties;
    const acquired = headers.find(([name]) => name === 'x-acquired-count');
    const others = headers.filter(([name]) => name !== 'x-delivery-count');
    return acquired === undefined
      ? properties
      : { ...properties, headers: [...others, ['x-delivery-count', acquired[1]]] };
  }),
);

/** From RabbitMQ 4.3 on, where those do not count. */
export const nacksTakenForRejects = mutant(
  'nacks-taken-for-rejects',
  'counts a delivery that was returned by basic.nack as a failed one',
  fromClient('basic.nack')
    .where(({ requeue, multiple }) => requeue && !multiple)
    .replace('basic.reject', ({ deliveryTag }) => ({ deliveryTag, requeue: true })),
);

/** From RabbitMQ 4.3 on, where those do not count. */
export const rejectsTakenForNacks = mutant(
  'rejects-taken-for-nacks',
  'does not count a delivery that was returned by basic.reject as a failed one',
  fromClient('basic.reject')
    .where(({ requeue }) => requeue)
    .replace('basic.nack', ({ deliveryTag }) => ({ deliveryTag, requeue: true })),
);

/** Those that say so, by delivery mode 1; not those of streams, which say so of all that do not say otherwise. */
export const transientMessagesLost = mutant(
  'transient-messages-lost',
  'loses messages that are transient',
  delivered
    .where((_, { command: { properties } }) => properties.deliveryMode === 1 && !isOfAStream(properties))
    .does(() => lose),
);

function plus(field: FieldValue, difference: number): FieldValue {
  return field.tag === 'l' || field.tag === 'L'
    ? { tag: 'l', value: field.value + BigInt(difference) }
    : { tag: 'l', value: BigInt(Number(field.value) + difference) };
}
