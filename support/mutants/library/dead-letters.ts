import { type BasicProperties, type FieldTable, type FieldValue, table } from '../../wire/index.ts';
import { made } from '../edit.ts';
import { mutant } from '../mutant.ts';
import type { AmqpRule } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { lose } from './lose.ts';
import { consumersKnown } from './consumers-known.ts';
import { isOfAStream } from './of-a-stream.ts';
import { headerLost, propertyIgnored } from './properties.ts';
import { perChannel } from './remember.ts';

export const expirationIgnored = propertyIgnored('expiration');

export const deathHistoryLost = headerLost('x-death');

export const deathCountWrong = mutant(
  'death-count-wrong',
  'counts one death too many in x-death',
  deathChanged('count', (count) =>
    count.tag === 'l' || count.tag === 'L' ? { tag: count.tag, value: count.value + 1n } : count,
  ),
);

export const deathReasonWrong = mutant(
  'death-reason-wrong',
  'gives another reason in x-death',
  deathChanged('reason', (reason) => ({
    tag: 'S',
    value: reason.value === 'rejected' ? 'expired' : 'rejected',
  })),
);

export const deathQueueWrong = mutant(
  'death-queue-wrong',
  'names another queue in x-death',
  deathChanged('queue', () => ({ tag: 'S', value: 'another' })),
);

/** @param field `exchange`, `time` … */
export function deathFieldLost(field: string) {
  return mutant(
    `death-field-lost-${field}`,
    `leaves ${field} out of x-death`,
    fromDeadLetters((deaths) =>
      deaths.map((death) =>
        death.tag === 'F' ? { tag: 'F', value: death.value.filter(([key]) => key !== field) } : death,
      ),
    ),
  );
}

export const deathCountsAreText = mutant(
  'death-counts-are-text',
  'gives the count in x-death as text',
  deathChanged('count', (count) => ({ tag: 'S', value: count.tag === 'l' ? String(count.value) : '' })),
);

export const deathsNotCounted = mutant(
  'deaths-not-counted',
  'counts each death in x-death once, however often it was died',
  deathChanged('count', (count) => (count.tag === 'l' ? { tag: 'l', value: 1n } : count)),
);

export const deathsUncompressed = mutant(
  'deaths-uncompressed',
  'adds an entry to x-death for each death instead of counting them',
  fromDeadLetters((deaths) =>
    deaths.flatMap((death): FieldValue[] => {
      if (death.tag !== 'F') return [death];
      const count = death.value.find(([key]) => key === 'count')?.[1];
      const once = mapped(death.value, 'count', () => ({ tag: 'l', value: 1n }));
      const times = count?.tag === 'l' ? Number(count.value) : 1;
      return Array.from({ length: times }, () => ({ tag: 'F', value: once }));
    }),
  ),
);

export const latestDeathLast = mutant(
  'latest-death-last',
  'appends the latest death to x-death instead of putting it first',
  fromDeadLetters((deaths) => deaths.toReversed()),
);

export const firstDeathOverwritten = mutant(
  'first-death-overwritten',
  'tells in x-first-death-queue, -reason and -exchange of the last death',
  fromBroker('basic.deliver', 'basic.get-ok').changeProperties((properties) => {
    const last = deathsOf(properties)[0];
    if (last?.tag !== 'F' || properties.headers === undefined) return properties;
    const of = (field: string) => last.value.find(([key]) => key === field)?.[1];
    const told = (name: string, field: string) => (headers: FieldTable) =>
      mapped(headers, name, (value) => of(field) ?? value);
    const all = ['queue', 'reason', 'exchange'].map((field) => told(`x-first-death-${field}`, field));
    return { ...properties, headers: all.reduce((headers, tell) => tell(headers), properties.headers) };
  }),
);

export const deadLettersStripped = mutant(
  'dead-letters-stripped',
  'keeps no properties of what it dead-letters but the headers',
  fromBroker('basic.deliver', 'basic.get-ok').changeProperties((properties) =>
    deathsOf(properties).length === 0 || properties.headers === undefined
      ? properties
      : { headers: properties.headers },
  ),
);

export const deadLettersKeepExpiration = mutant(
  'dead-letters-keep-expiration',
  'keeps the expiration of what it dead-letters',
  fromBroker('basic.deliver', 'basic.get-ok').changeProperties((properties) => {
    const [death] = deathsOf(properties);
    const expiration =
      death?.tag === 'F' ? death.value.find(([key]) => key === 'original-expiration')?.[1] : undefined;
    return expiration?.tag === 'S' ? { ...properties, expiration: expiration.value.toString() } : properties;
  }),
);

export const deadLettersKeepCopies = mutant(
  'dead-letters-keep-copies',
  'keeps the header CC of what it dead-letters with another routing key',
  fromBroker('basic.deliver', 'basic.get-ok').changeProperties((properties) => {
    const [death] = deathsOf(properties);
    const keys = death?.tag === 'F' ? death.value.find(([key]) => key === 'routing-keys')?.[1] : undefined;
    const { headers = [] } = properties;
    if (keys?.tag !== 'A' || keys.value.length < 2 || headers.some(([name]) => name === 'CC'))
      return properties;
    return { ...properties, headers: [...headers, ['CC', { tag: 'A', value: keys.value.slice(1) }]] };
  }),
);

export const deadLettersKeyedByTheirQueue = mutant(
  'dead-letters-keyed-by-their-queue',
  'dead-letters with the name of the queue as routing key where none was given',
  fromClient('queue.declare')
    .where(({ arguments: given }) => textOf(given, 'x-dead-letter-exchange') !== undefined)
    .change(({ queue, arguments: given }) =>
      textOf(given, 'x-dead-letter-routing-key') === undefined
        ? { arguments: [...given, ...table({ 'x-dead-letter-routing-key': queue.toString() })] }
        : {},
    ),
);

export const missingDeadLetterExchangesRefused = mutant(
  'missing-dead-letter-exchanges-refused',
  'refuses a queue whose dead letter exchange was not declared before it',
  () => {
    const declared = new Set<string>();
    return [
      fromClient('exchange.declare').does(() => ({ command }) => {
        declared.add(command.arguments.exchange.toString());
        return undefined;
      }),
      fromClient('queue.declare').does(() => ({ command, refuse }) => {
        const exchange = textOf(command.arguments.arguments, 'x-dead-letter-exchange');
        // The default exchange and those whose names begin so are there from the beginning
        if (
          exchange === undefined ||
          exchange === '' ||
          exchange.startsWith('amq.') ||
          declared.has(exchange)
        )
          return undefined;
        refuse(404, `NOT_FOUND - no exchange '${exchange}'`);
        return [];
      }),
    ];
  },
);

/** Of streams it takes acknowledgements for what they are: they dead-letter nothing. */
export const acksDeadLettered = mutant('acks-dead-lettered', 'dead-letters what was acknowledged', () => {
  const ofStreams = perChannel(() => new Set<bigint>());
  return [
    fromBroker('basic.deliver')
      .where((_, { command: { properties } }) => isOfAStream(properties))
      .does(() => ({ command, channel }) => {
        ofStreams(channel).add(command.arguments.deliveryTag);
        return undefined;
      }),
    fromClient('basic.ack')
      .where(({ deliveryTag }, { channel }) => !ofStreams(channel).has(deliveryTag))
      .replace('basic.nack', ({ deliveryTag, multiple }) => ({ deliveryTag, multiple, requeue: false })),
  ];
});

export const removedAreDeadLettered = mutant(
  'removed-are-dead-lettered',
  'dead-letters what is purged from a queue, or deleted with it',
  () => {
    const exchanges = new Map<string, string>();
    return [
      fromClient('queue.declare').does(() => ({ command }) => {
        const exchange = textOf(command.arguments.arguments, 'x-dead-letter-exchange');
        if (exchange !== undefined) exchanges.set(command.arguments.queue.toString(), exchange);
        return undefined;
      }),
      fromClient('queue.purge', 'queue.delete').does(() => ({ command }) => {
        const queue = command.arguments.queue.toString();
        const exchange = exchanges.get(queue);
        if (exchange === undefined) return undefined;
        const letter = made(
          command.channel,
          'basic.publish',
          { exchange, routingKey: queue },
          {
            body: Buffer.from('removed'),
          },
        );
        return [letter, command];
      }),
    ];
  },
);

export const cyclesAlwaysDropped = mutant(
  'cycles-always-dropped',
  'drops a message that comes back to a queue after it was rejected there',
  () => {
    const consumers = consumersKnown();
    return [
      consumers.rule,
      fromBroker('basic.deliver', 'basic.get-ok')
        .where((_, { channel, command, request }) => {
          const asked = request?.is('basic.get') === true ? request.arguments.queue.toString() : undefined;
          const queue = command.is('basic.deliver')
            ? consumers.queueOf(channel, command.arguments.consumerTag)
            : asked;
          return deathsOf(command.properties).some(
            (death) =>
              death.tag === 'F' &&
              textOf(death.value, 'queue') === queue &&
              textOf(death.value, 'reason') === 'rejected',
          );
        })
        .does(() => lose),
    ];
  },
);

function headerOf({ headers = [] }: BasicProperties, header: string): FieldValue | undefined {
  return headers.find(([name]) => name === header)?.[1];
}

/** The deaths that a message has died, the last one first. */
function deathsOf(properties: BasicProperties): FieldValue[] {
  const deaths = headerOf(properties, 'x-death');
  return deaths?.tag === 'A' ? deaths.value : [];
}

/** An argument or a field that is text; `undefined` where it is not given. */
function textOf(given: FieldTable, name: string): string | undefined {
  const value = given.find(([key]) => key === name)?.[1];
  return value?.tag === 'S' ? value.value.toString() : undefined;
}

/** Changes the deaths that a message has died. */
function fromDeadLetters(to: (deaths: FieldValue[]) => FieldValue[]): AmqpRule {
  return fromBroker('basic.deliver', 'basic.get-ok').changeProperties(({ headers, ...properties }) =>
    headers === undefined
      ? properties
      : {
          ...properties,
          headers: mapped(headers, 'x-death', (deaths) =>
            deaths.tag === 'A' ? { tag: 'A', value: to(deaths.value) } : deaths,
          ),
        },
  );
}

/** Changes a field of each death that a message has died. */
function deathChanged(field: string, to: (value: FieldValue) => FieldValue) {
  return fromDeadLetters((deaths) =>
    deaths.map((death) => (death.tag === 'F' ? { tag: 'F', value: mapped(death.value, field, to) } : death)),
  );
}

function mapped(table: FieldTable, key: string, to: (value: FieldValue) => FieldValue): FieldTable {
  return table.map(([each, value]) => [each, each === key ? to(value) : value]);
}
