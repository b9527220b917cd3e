import type { Command, FieldTable, MethodArguments } from '../../wire/index.ts';
import { made } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import { type AmqpRule, held } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';
import { outstandingKnown } from './outstanding.ts';
import { perChannel } from './remember.ts';

export const acksIgnored = widely(
  because.settling,
  mutant('acks-ignored', 'ignores acknowledgements', fromClient('basic.ack').swallow()),
);

export const nacksIgnored = mutant(
  'nacks-ignored',
  'ignores negative acknowledgements',
  fromClient('basic.nack').swallow(),
);

export const rejectsIgnored = mutant(
  'rejects-ignored',
  'ignores rejections',
  fromClient('basic.reject').swallow(),
);

export const acksTakenForRejects = widely(
  because.settling,
  mutant(
    'acks-taken-for-rejects',
    'requeues what was acknowledged',
    fromClient('basic.ack').replace('basic.nack', ({ deliveryTag, multiple }) => ({
      deliveryTag,
      multiple,
      requeue: true,
    })),
  ),
);

const rejected = fromClient('basic.nack', 'basic.reject');

export const requeueIgnored = mutant(
  'requeue-ignored',
  'discards what was rejected to be requeued',
  rejected.change({ requeue: false }),
);

/** Those that were sent by its name to a queue with a TTL. */
export const requeuedBeginAnew = mutant(
  'requeued-begin-anew',
  'begins the time of a message anew when it is requeued',
  () => publishedAnew((given) => has(given, 'x-message-ttl')),
);

/** Those that were sent by its name to a queue with a limit of its own. */
export const returnsForgotten = mutant(
  'returns-forgotten',
  'forgets how often a message came back to a quorum queue with a delivery limit',
  () => publishedAnew((given) => has(given, 'x-delivery-limit')),
);

/** What is requeued to such queues is published to them again instead. */
function publishedAnew(concerned: (given: FieldTable) => boolean): AmqpRule[] {
  const queues = new Set<string>();
  const delivered = perChannel(() => new Map<bigint, Command<'basic.deliver' | 'basic.get-ok'>>());
  return [
    fromClient('queue.declare')
      .where(({ arguments: given }) => concerned(given))
      .does(() => ({ command }) => {
        queues.add(command.arguments.queue.toString());
        return undefined;
      }),
    fromBroker('basic.deliver', 'basic.get-ok')
      .where(({ exchange, routingKey }) => exchange.toString() === '' && queues.has(routingKey.toString()))
      .does(() => ({ command, channel }) => {
        delivered(channel).set(command.arguments.deliveryTag, command);
        return undefined;
      }),
    rejected
      .where(({ requeue }) => requeue)
      .does(() => ({ command, channel, frameMax }) => {
        const { deliveryTag } = command.arguments;
        const message = delivered(channel).get(deliveryTag);
        if (message === undefined) return undefined;
        const { properties, body } = message;
        const { routingKey } = message.arguments;
        return [
          made(command.channel, 'basic.ack', { deliveryTag }),
          made(command.channel, 'basic.publish', { routingKey }, { properties, body }, frameMax),
        ];
      }),
  ];
}

function has(given: FieldTable, argument: string): boolean {
  return given.some(([key]) => key === argument);
}

export const rejectedAlwaysRequeued = widely(
  because.settling,
  mutant(
    'rejected-always-requeued',
    'requeues what was rejected to be discarded',
    rejected.change({ requeue: true }),
  ),
);

const acknowledged = fromClient('basic.ack', 'basic.nack');

export const multipleIgnored = mutant(
  'multiple-ignored',
  'acknowledges one delivery where several were acknowledged at once',
  acknowledged.where(({ multiple, deliveryTag }) => multiple && deliveryTag > 0n).change({ multiple: false }),
);

export const multipleAlways = widely(
  because.settling,
  mutant(
    'multiple-always',
    'acknowledges all deliveries up to the one that was acknowledged',
    acknowledged.change({ multiple: true }),
  ),
);

export const zeroTagTakenForNone = mutant(
  'zero-tag-taken-for-none',
  'settles nothing when everything is settled at once, with the delivery tag 0',
  acknowledged.where(({ multiple, deliveryTag }) => multiple && deliveryTag === 0n).swallow(),
);

const taken = fromClient('basic.consume', 'basic.get');

export const automaticAckTakenForManual = widely(
  because.settling,
  mutant(
    'automatic-ack-taken-for-manual',
    'waits for acknowledgements of consumers that acknowledge automatically',
    taken.change({ noAck: false }),
  ),
);

export const manualAckTakenForAutomatic = widely(
  because.settling,
  mutant(
    'manual-ack-taken-for-automatic',
    'forgets a message as soon as it is delivered',
    taken.change({ noAck: true }),
  ),
);

export const recoverIgnored = mutant(
  'recover-ignored',
  'keeps what a channel asks to be requeued by basic.recover',
  fromClient('basic.recover', 'basic.recover-async').swallow(),
);

export const recoverAlwaysRequeues = mutant(
  'recover-always-requeues',
  'requeues by basic.recover although asked not to',
  fromClient('basic.recover', 'basic.recover-async').change({ requeue: true }),
);

/** By purging the queues that are bound to the exchange by which it came, of what is ready there. */
export const copiesSettledTogether = mutant(
  'copies-settled-together',
  'forgets the copies of a message in all queues as soon as one of them is acknowledged or rejected',
  () => {
    const bound: { virtualHost: string; exchange: string; queue: MethodArguments<'queue.bind'>['queue'] }[] =
      [];
    const exchanges = perChannel(() => new Map<bigint, string>());
    return [
      fromClient('queue.bind').does(() => ({ command, virtualHost }) => {
        const { exchange, queue } = command.arguments;
        bound.push({ virtualHost, exchange: exchange.toString(), queue });
        return undefined;
      }),
      fromBroker('basic.deliver', 'basic.get-ok').does(() => ({ command, channel }) => {
        exchanges(channel).set(command.arguments.deliveryTag, command.arguments.exchange.toString());
        return undefined;
      }),
      fromClient('basic.ack', 'basic.nack', 'basic.reject').does(
        () =>
          ({ command, channel, virtualHost }) => {
            const exchange = exchanges(channel).get(command.arguments.deliveryTag);
            const others = bound.filter(
              (each) => each.virtualHost === virtualHost && each.exchange === exchange,
            );
            if (others.length === 0) return undefined;
            return [
              command,
              ...others.map(({ queue }) => made(command.channel, 'queue.purge', { queue, noWait: true })),
            ];
          },
      ),
    ];
  },
);

export const zeroTagTakenForAllChannels = mutant(
  'zero-tag-taken-for-all-channels',
  'acknowledges everything on all channels of a connection when all on one of them is acknowledged',
  fromClient('basic.consume', 'channel.close', 'basic.ack').does(() => {
    const consuming = new WeakMap<object, Set<number>>();
    return ({ command, connection, later }) => {
      const channels = consuming.get(connection) ?? new Set();
      if (command.is('basic.consume')) consuming.set(connection, channels.add(command.channel));
      if (command.is('channel.close')) channels.delete(command.channel);
      if (!command.is('basic.ack') || !command.arguments.multiple || command.arguments.deliveryTag > 0n)
        return undefined;

      const others = [...channels].filter((channel) => channel !== command.channel);
      if (others.length === 0) return undefined;
      for (const other of others) later(made(other, 'basic.ack', { deliveryTag: 0n, multiple: true }));
      return [command];
    };
  }),
);

/** Those of which the channel is closed within 20 ms, and nothing else is said on it meanwhile. */
export const acksBeforeCloseLost = mutant(
  'acks-before-close-lost',
  'loses the acknowledgements that are sent right before their channel is closed',
  fromClient().does(() => {
    const waiting = perChannel(() => ({ acks: [] as Command[], timer: setTimeout(() => {}) }));
    return ({ command, channel, later }) => {
      const { acks, timer } = waiting(channel);
      clearTimeout(timer);
      const release = (): void => {
        for (const ack of acks.splice(0)) later(ack);
      };
      if (command.is('basic.ack')) {
        acks.push(command);
        waiting(channel).timer = setTimeout(release, 20).unref();
        return held;
      }
      if (command.is('channel.close') && acks.length > 0) return [command];
      release();
      return undefined;
    };
  }),
);

export const nothingToAckRefused = mutant(
  'nothing-to-ack-refused',
  'refuses to have everything acknowledged on a channel on which nothing is outstanding',
  () => {
    const outstanding = outstandingKnown();
    return [
      fromClient('basic.ack')
        .where(
          ({ deliveryTag, multiple }, { channel }) =>
            multiple && deliveryTag === 0n && outstanding.on(channel).deliveries.size === 0,
        )
        .does(() => ({ refuse }) => {
          refuse(406, 'PRECONDITION_FAILED - unknown delivery tag 0');
          return [];
        }),
      ...outstanding.rules,
    ];
  },
);
