import { mutant } from '../mutant.ts';
import type { AmqpRule, Moment } from '../rule.ts';
import { fromClient } from '../target.ts';

/** Of those that one connection declares. */
export function exchangesLimitedTo(most: number) {
  return mutant(
    `exchanges-limited-to-${most}`,
    `has no room for more than ${most} exchanges`,
    noMoreThan(most, 'exchange.declare', ({ command, connection }) => [
      connection,
      command.arguments.exchange.toString(),
    ]),
  );
}

/** Of those that one connection declares. */
export function queuesLimitedTo(most: number) {
  return mutant(
    `queues-limited-to-${most}`,
    `has no room for more than ${most} queues`,
    noMoreThan(most, 'queue.declare', ({ command, connection }) => [
      connection,
      command.arguments.queue.toString(),
    ]),
  );
}

/** Those that have left count too. */
export function consumersLimitedTo(most: number) {
  return mutant(
    `consumers-limited-to-${most}`,
    `has no room for more than ${most} consumers of a queue`,
    () => {
      let consumers = 0;
      return [
        noMoreThan(most, 'basic.consume', ({ command, virtualHost }) => {
          consumers += 1;
          return [`${virtualHost}\0${command.arguments.queue.toString()}`, String(consumers)];
        }),
      ];
    },
  );
}

/** Refuses what comes to a place after so many others. @param told the place, and what comes there */
function noMoreThan<Name extends 'exchange.declare' | 'queue.declare' | 'basic.consume'>(
  most: number,
  method: Name,
  told: (moment: Moment<Name>) => [place: object | string, what: string],
): AmqpRule {
  return fromClient(method).does(() => {
    const known = new Map<object | string, Set<string>>();
    return (moment) => {
      const [place, what] = told(moment);
      const there = known.get(place) ?? new Set();
      known.set(place, there);
      if (there.has(what)) return undefined;
      if (there.size < most) {
        there.add(what);
        return undefined;
      }
      moment.refuse(406, 'PRECONDITION_FAILED - there is no room');
      return [];
    };
  });
}
