import { eachOf } from '../management/answer.ts';
import { mutant } from '../mutant.ts';
import { fromClient } from '../target.ts';
import { accessChecksPassedBy, virtualHostsTakenForOne } from './access.ts';
import { channelsOpenedByUse, secondOpenAnswered } from './channels.ts';

/** Forwards every octet. */
export const identity = mutant('identity', 'is right in everything');

export const blackHole = mutant(
  'black-hole',
  'takes connections, and never answers nor delivers anything on them',
  fromClient().does(() => () => []),
);

/** Needs an administrator, who is let in in everybody's place. */
export const acceptEverything = mutant(
  'accept-everything',
  'answers every method with ok, and neither keeps nor delivers anything',
  accessChecksPassedBy.begin,
  virtualHostsTakenForOne.begin,
  secondOpenAnswered.begin,
  channelsOpenedByUse.begin,
  fromClient().does(() => ({ command, sequenceNumber, toClient, answer }) => {
    if (command.name.startsWith('channel.') && !command.is('channel.flow')) return undefined;
    if (sequenceNumber !== undefined) toClient('basic.ack', { deliveryTag: sequenceNumber });
    answer();
    return [];
  }),
  eachOf('queues', () => () => undefined),
  eachOf('exchanges', () => () => undefined),
  eachOf('bindings', () => () => undefined),
);
