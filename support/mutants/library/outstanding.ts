import type { AmqpRule } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { perChannel } from './remember.ts';

/** What is outstanding on a channel: delivered, and not settled yet. */
export interface Outstanding {
  /** For whom each delivery was, by its tag; `undefined`: taken by `basic.get`. */
  readonly deliveries: Map<bigint, string | undefined>;
  /** The tags of consumers that are cancelled. */
  readonly cancelled: Set<string>;
}

/** What is outstanding, and the rules by which that is known: for the end of a mutant, after its own. */
export function outstandingKnown(): { on: (channel: object) => Outstanding; rules: AmqpRule[] } {
  const on = perChannel((): Outstanding => ({ deliveries: new Map(), cancelled: new Set() }));
  const rules = [
    fromBroker('basic.deliver', 'basic.get-ok')
      .where((_, { awaited }) => awaited)
      .does(() => ({ command, channel }) => {
        const consumer = command.is('basic.deliver') ? command.arguments.consumerTag.toString() : undefined;
        on(channel).deliveries.set(command.arguments.deliveryTag, consumer);
        return undefined;
      }),
    fromClient('basic.ack', 'basic.nack', 'basic.reject').does(() => ({ command, channel }) => {
      const { deliveryTag, ...flags } = command.arguments;
      const multiple = 'multiple' in flags && flags.multiple;
      const { deliveries } = on(channel);
      for (const tag of deliveries.keys()) {
        if (tag === deliveryTag || (multiple && (deliveryTag === 0n || tag < deliveryTag)))
          deliveries.delete(tag);
      }
      return undefined;
    }),
    fromClient('basic.cancel').does(() => ({ command, channel }) => {
      on(channel).cancelled.add(command.arguments.consumerTag.toString());
      return undefined;
    }),
    fromBroker('basic.consume-ok').does(() => ({ command, channel }) => {
      on(channel).cancelled.delete(command.arguments.consumerTag.toString());
      return undefined;
    }),
  ];
  return { on, rules };
}
