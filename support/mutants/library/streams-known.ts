import type { MethodArguments } from '../../wire/index.ts';
import type { AmqpRule, Moment } from '../rule.ts';
import { fromClient } from '../target.ts';

/** Which queues clients have declared as streams, and the rule by which that is known. */
export interface StreamsKnown {
  readonly rules: AmqpRule[];
  /** Whether a stream is what somebody is going to read from. */
  isStream(moment: Moment<'basic.consume'> | Moment<'basic.get'>): boolean;
}

/** The rule is for the beginning of a mutant, before its own. */
export function streamsKnown(): StreamsKnown {
  const streams = new Set<string>();
  const keyOf = (virtualHost: string, queue: MethodArguments<'basic.get'>['queue']) =>
    `${virtualHost}\0${queue.toString()}`;
  return {
    rules: [
      fromClient('queue.declare').does(() => ({ command, virtualHost }) => {
        const { queue, arguments: given } = command.arguments;
        const isStream = given.some(([key, { value }]) => key === 'x-queue-type' && value === 'stream');
        if (isStream) streams.add(keyOf(virtualHost, queue));
        return undefined;
      }),
    ],
    isStream: ({ command, virtualHost }) => streams.has(keyOf(virtualHost, command.arguments.queue)),
  };
}
