import { made } from '../edit.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { perConnection } from './remember.ts';

export const channelNumbersSpent = mutant(
  'channel-numbers-spent',
  'does not open a channel again whose number was used once',
  () => {
    const used = perConnection(() => new Set<number>());
    return [
      fromClient('channel.open').does(() => ({ command, connection, breakConnection }) => {
        const numbers = used(connection);
        if (numbers.has(command.channel)) {
          breakConnection({ replyCode: 504, replyText: 'CHANNEL_ERROR', classId: 20, methodId: 10 });
          return [];
        }
        numbers.add(command.channel);
        return undefined;
      }),
    ];
  },
);

export const channelsTakeTheirConnection = mutant(
  'channels-take-their-connection',
  'ends a connection with the second of its channels',
  fromClient('channel.close')
    .where((_, { command }) => command.channel > 1)
    .does(() => ({ breakConnection }) => {
      breakConnection({ replyCode: 320, replyText: 'CONNECTION_FORCED' });
      return [];
    }),
);

export const secondOpenAnswered = mutant(
  'second-open-answered',
  'agrees to open a channel that is open',
  () => {
    const opened = perConnection(() => new Set<number>());
    return [
      fromClient('channel.open').does(() => ({ command, connection, answer }) => {
        const numbers = opened(connection);
        if (!numbers.has(command.channel)) {
          numbers.add(command.channel);
          return undefined;
        }
        answer();
        return [];
      }),
      fromClient('channel.close').does(() => ({ command, connection }) => {
        opened(connection).delete(command.channel);
        return undefined;
      }),
    ];
  },
);

export const channelsOpenedByUse = mutant(
  'channels-opened-by-use',
  'opens a channel by itself when it is used',
  () => {
    const opened = perConnection(() => new Set<number>());
    return [
      fromClient().does(() => ({ command, connection, ask }) => {
        const numbers = opened(connection);
        const known = numbers.has(command.channel);
        numbers.add(command.channel);
        if (known || command.is('channel.open')) return undefined;
        ask(made(command.channel, 'channel.open'));
        return [command];
      }),
    ];
  },
);

/** The broker has ended the connection by then. */
export const connectionErrorsBlamedOnChannels = mutant(
  'connection-errors-blamed-on-channels',
  'says that a channel is closed where it ends the connection',
  fromBroker('connection.close').does(() => ({ command }) => [
    made(1, 'channel.close', { ...command.arguments }),
  ]),
);

const unanswered = fromClient(
  'queue.declare',
  'queue.bind',
  'queue.purge',
  'queue.delete',
  'exchange.declare',
  'exchange.bind',
  'exchange.delete',
  'basic.consume',
  'basic.cancel',
).where(({ noWait }) => noWait);

export const nowaitAnswered = mutant(
  'nowait-answered',
  'answers methods that want no answer',
  unanswered.change({ noWait: false }),
);

export const nowaitNotCarriedOut = mutant(
  'nowait-not-carried-out',
  'takes no notice of methods that want no answer',
  unanswered.swallow(),
);

export const flowPausedByClients = mutant(
  'flow-paused-by-clients',
  'agrees to a client that wants no more deliveries, and goes on',
  fromClient('channel.flow')
    .where(({ active }) => !active)
    .swallow(),
);

export const flowAnsweredWithPause = mutant(
  'flow-answered-with-pause',
  'answers that it delivers nothing when a client wants deliveries',
  fromBroker('channel.flow-ok').change({ active: false }),
);

export const accessRequestsRefused = mutant(
  'access-requests-refused',
  'does not know access.request any more',
  fromClient('access.request').does(() => ({ breakConnection }) => {
    breakConnection({ replyCode: 540, replyText: 'NOT_IMPLEMENTED', classId: 30, methodId: 10 });
    return [];
  }),
);

export const purgesAnsweredTwice = mutant(
  'purges-answered-twice',
  'answers twice that it has purged a queue',
  fromBroker('queue.purge-ok').duplicate(),
);

export const channelErrorsSaidTwice = mutant(
  'channel-errors-said-twice',
  'says twice that it closes a channel',
  fromBroker('channel.close').duplicate(),
);

export const connectionErrorsSaidTwice = mutant(
  'connection-errors-said-twice',
  'says twice that it closes a connection',
  fromBroker('connection.close').duplicate(),
);

export const closesAnsweredTwice = mutant(
  'closes-answered-twice',
  'answers twice to a client that closes its connection',
  fromBroker('connection.close-ok').duplicate(),
);
