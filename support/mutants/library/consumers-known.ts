import type { MethodArguments } from '../../wire/index.ts';
import type { AmqpRule } from '../rule.ts';
import { fromBroker } from '../target.ts';
import { perChannel } from './remember.ts';

/** Of which queues consumers are, and the rule by which that is known. */
export interface ConsumersKnown {
  readonly rule: AmqpRule;
  /** The name of a queue, as the consumer gave it; `undefined` where it is not known. */
  queueOf(channel: object, consumerTag: MethodArguments<'basic.deliver'>['consumerTag']): string | undefined;
}

/** The rule is for the beginning of a mutant, before its own. */
export function consumersKnown(): ConsumersKnown {
  const queues = perChannel(() => new Map<string, string>());
  return {
    rule: fromBroker('basic.consume-ok').does(() => ({ command, request, channel }) => {
      if (request?.is('basic.consume') === true)
        queues(channel).set(command.arguments.consumerTag.toString(), request.arguments.queue.toString());
      return undefined;
    }),
    queueOf: (channel, consumerTag) => queues(channel).get(consumerTag.toString()),
  };
}
