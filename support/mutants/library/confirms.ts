import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';

const confirmed = fromBroker('basic.ack', 'basic.nack');
const published = fromClient('basic.publish').where((_, { confirming }) => confirming);

export const confirmsLost = mutant('confirms-lost', 'never confirms a message', confirmed.swallow());

/** @param nth counted from 1 */
export const confirmLost = (nth: number) =>
  mutant(`confirm-lost-${nth}`, `leaves out the confirm number ${nth}`, confirmed.nth(nth).swallow());

export const confirmsDoubled = mutant(
  'confirms-doubled',
  'confirms each message twice',
  confirmed.duplicate(),
);

export const confirmedAndLost = mutant(
  'confirmed-and-lost',
  'confirms messages that it loses',
  published.does(() => (moment) => {
    moment.toClient('basic.ack', { deliveryTag: moment.sequenceNumber ?? 0n });
    return [];
  }),
);

/** Whatever the broker says of the message later, a refusal too, is not passed on as a confirm. */
export const confirmedTooEarly = mutant(
  'confirmed-too-early',
  'confirms a message before it has looked at it',
  published.does(() => (moment) => {
    moment.toClient('basic.ack', { deliveryTag: moment.sequenceNumber ?? 0n });
    return [moment.command];
  }),
  confirmed.swallow(),
);

export const nacksTakenForAcks = mutant(
  'nacks-taken-for-acks',
  'confirms with an ack what it could not take',
  fromBroker('basic.nack').replace('basic.ack', ({ deliveryTag, multiple }) => ({ deliveryTag, multiple })),
);

export const acksTakenForNacks = mutant(
  'acks-taken-for-nacks',
  'confirms with a nack what it has taken',
  fromBroker('basic.ack').replace('basic.nack', ({ deliveryTag, multiple }) => ({ deliveryTag, multiple })),
);

export const confirmModeIgnored = mutant(
  'confirm-mode-ignored',
  'agrees to confirm mode and does not enter it',
  fromClient('confirm.select').swallow(),
);
