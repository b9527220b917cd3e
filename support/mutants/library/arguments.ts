import { type FieldTable, table } from '../../wire/index.ts';
import { mutant } from '../mutant.ts';
import { fromClient } from '../target.ts';

/** @param argument `x-message-ttl`, `x-max-length` … */
export function queueArgumentLost(argument: string) {
  return mutant(
    `queue-argument-lost-${argument}`,
    `ignores the argument ${argument} of queues`,
    fromClient('queue.declare').change(({ arguments: given }) => ({
      arguments: given.filter(([key]) => !(neededBy[argument] ?? [argument]).includes(key.toString())),
    })),
  );
}

/** Without the first of them, a broker refuses the others. */
const neededBy: Readonly<Record<string, readonly string[]>> = {
  'x-dead-letter-exchange': ['x-dead-letter-exchange', 'x-dead-letter-routing-key', 'x-dead-letter-strategy'],
};

/** @param argument `alternate-exchange` … */
export function exchangeArgumentLost(argument: string) {
  return mutant(
    `exchange-argument-lost-${argument}`,
    `ignores the argument ${argument} of exchanges`,
    fromClient('exchange.declare').change(({ arguments: given }) => ({
      arguments: without(given, argument),
    })),
  );
}

/** @param argument a header to match, `x-match` … */
export function bindingArgumentLost(argument: string) {
  return mutant(
    `binding-argument-lost-${argument}`,
    `ignores the argument ${argument} of bindings`,
    fromClient('queue.bind', 'queue.unbind', 'exchange.bind', 'exchange.unbind').change(
      ({ arguments: given }) => ({
        arguments: without(given, argument),
      }),
    ),
  );
}

/** @param argument `x-priority`, `x-stream-offset` … */
export function consumerArgumentLost(argument: string) {
  return mutant(
    `consumer-argument-lost-${argument}`,
    `ignores the argument ${argument} of consumers`,
    fromClient('basic.consume').change(({ arguments: given }) => ({ arguments: without(given, argument) })),
  );
}

/**
 * For arguments that are numbers: a limit that is off by one, a time that is too long.
 *
 * @param difference is added
 */
export function queueArgumentOff(argument: string, difference: number) {
  return mutant(
    `queue-argument-off-${argument}-${difference}`,
    `reads the argument ${argument} of queues as ${Math.abs(difference)} ${difference < 0 ? 'less' : 'more'} than it is`,
    fromClient('queue.declare').change(({ arguments: given }) => ({
      arguments: given.map(([key, field]) => {
        if (key !== argument) return [key, field];
        if (field.tag === 'l' || field.tag === 'L')
          return [key, { tag: field.tag, value: field.value + BigInt(difference) }];

        return typeof field.value === 'number'
          ? [key, { tag: 'l', value: BigInt(Math.trunc(field.value) + difference) }]
          : [key, field];
      }),
    })),
  );
}

/** @param value what it takes where none is given */
export function queueArgumentAssumed(argument: string, value: number | string | boolean) {
  return mutant(
    `queue-argument-assumed-${argument}-${value}`,
    `assumes ${value} as the argument ${argument} of queues where it is not given`,
    fromClient('queue.declare')
      .where(({ passive, arguments: given }) => !passive && given.every(([key]) => key !== argument))
      .change(({ arguments: given }) => ({ arguments: [...given, ...table({ [argument]: value })] })),
  );
}

/** For arguments that are text. */
export function queueArgumentTakenFor(argument: string, text: string, other: string) {
  return mutant(
    `queue-argument-taken-for-${argument}-${text}-${other}`,
    `treats the argument ${argument} ${text} of queues as ${other}`,
    fromClient('queue.declare').change(({ arguments: given }) => ({
      arguments: given.map(([key, field]) =>
        key === argument && field.tag === 'S' && field.value.toString() === text
          ? [key, { tag: 'S', value: other }]
          : [key, field],
      ),
    })),
  );
}

export const signedOctetsTakenForUnsigned = mutant(
  'signed-octets-taken-for-unsigned',
  'reads signed octets in the arguments of queues as unsigned ones',
  fromClient('queue.declare').change(({ arguments: given }) => ({
    arguments: given.map(([key, field]) => [
      key,
      field.tag === 'b' ? { tag: 'B', value: field.value & 0xff } : field,
    ]),
  })),
);

function without(given: FieldTable, argument: string): FieldTable {
  return given.filter(([key]) => key !== argument);
}
