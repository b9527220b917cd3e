import {
  type BasicProperties,
  type Command,
  type FieldTable,
  type FieldValue,
  table,
} from '../../wire/index.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { lose } from './lose.ts';
import { perChannel } from './remember.ts';
import { streamsKnown } from './streams-known.ts';

/** The argument by which a consumer says where it begins, and the header by which a message says where it is. */
const offset = 'x-stream-offset';

/** What is delivered from streams alone has an offset. */
const fromStreams = fromBroker('basic.deliver').where((_, { command }) => isOfStream(command));

export const streamsReadOnce = mutant(
  'streams-read-once',
  'gives each message of a stream to the consumer alone that reads it first',
  () => {
    const read = new Set<string>();
    return [
      fromStreams.does(() => (moment) => {
        const { command, virtualHost } = moment;
        const { exchange, routingKey } = command.arguments;
        const at = textOf(offsetIn(command.properties));
        const message = JSON.stringify([virtualHost, exchange.toString(), routingKey.toString(), at]);
        if (read.has(message)) return lose(moment);
        read.add(message);
        return undefined;
      }),
    ];
  },
);

/** As a proxy is started anew with the broker, it knows only what was published since. */
export const streamsForgottenByRestarts = mutant(
  'streams-forgotten-by-restarts',
  'finds nothing in a stream that was published before it was started',
  () => {
    const published = new Set<string>();
    return [
      fromClient('basic.publish').does(() => ({ command }) => {
        published.add(command.body.toString());
        return undefined;
      }),
      fromStreams.where((_, { command }) => !published.has(command.body.toString())).does(() => lose),
    ];
  },
);

export const rejectedFromStreamsAgain = mutant(
  'rejected-from-streams-again',
  'delivers again what a consumer has rejected from a stream',
  () => {
    const delivered = perChannel(() => new Map<bigint, Command<'basic.deliver'>>());
    return [
      fromClient('basic.nack', 'basic.reject').does(() => ({ command, channel, toClient }) => {
        const again = delivered(channel).get(command.arguments.deliveryTag);
        if (again === undefined) return undefined;
        const { properties, body } = again;
        toClient('basic.deliver', { ...again.arguments, redelivered: true }, { properties, body });
        return [command];
      }),
      fromStreams.does(() => ({ command, channel }) => {
        delivered(channel).set(command.arguments.deliveryTag, command);
        return undefined;
      }),
    ];
  },
);

/** What `x-stream-offset` can be. */
const kinds = {
  first: ({ value }: FieldValue) => value === 'first',
  last: ({ value }: FieldValue) => value === 'last',
  next: ({ value }: FieldValue) => value === 'next',
  number: ({ value, tag }: FieldValue) => tag !== 'T' && ['number', 'bigint'].includes(typeof value),
  timestamp: ({ tag }: FieldValue) => tag === 'T',
  interval: ({ value, tag }: FieldValue) => tag === 'S' && /^\d+[YMDhms]$/.test(value.toString()),
};

/** @param other the offset that it takes instead */
export function streamOffsetTakenFor(kind: keyof typeof kinds, other: 'first' | 'last' | 'next' | '1h') {
  const article = ['first', 'last', 'next'].includes(kind)
    ? 'the offset'
    : `an offset that is a${kind === 'interval' ? 'n' : ''}`;
  return mutant(
    `stream-offset-${kind}-taken-for-${other}`,
    `treats ${article} ${kind} of a consumer of a stream as ${other}`,
    fromClient('basic.consume').change(({ arguments: given }) => ({
      arguments: mapped(given, offset, (value) => (kinds[kind](value) ? { tag: 'S', value: other } : value)),
    })),
  );
}

export const streamOffsetFirstAssumed = mutant(
  'stream-offset-first-assumed',
  'begins at the first message of a stream for a consumer that does not say where',
  () => {
    const known = streamsKnown();
    return [
      ...known.rules,
      fromClient('basic.consume')
        .where(
          ({ arguments: given }, moment) => known.isStream(moment) && given.every(([key]) => key !== offset),
        )
        .change(({ arguments: given }) => ({ arguments: [...given, ...table({ [offset]: 'first' })] })),
    ];
  },
);

/** For offsets that are numbers. */
export const streamOffsetsExclusive = mutant(
  'stream-offsets-exclusive',
  'begins behind the offset that a consumer of a stream names, and not at it',
  fromClient('basic.consume').change(({ arguments: given }) => ({
    arguments: mapped(given, offset, (value) => (kinds.number(value) ? plusOne(value) : value)),
  })),
);

export const streamOffsetsFromOne = mutant(
  'stream-offsets-from-one',
  'tells with each message of a stream an offset that is one too high',
  fromStreams.changeProperties((properties) => withHeader(properties, offset, plusOne)),
);

export const streamOffsetsAreText = mutant(
  'stream-offsets-are-text',
  'tells the offset of a message in a stream as text',
  fromStreams.changeProperties((properties) =>
    withHeader(properties, offset, (value) => ({ tag: 'S', value: textOf(value) ?? '' })),
  ),
);

export const compoundHeadersKeptInStreams = mutant(
  'compound-headers-kept-in-streams',
  'keeps headers of a message in a stream that are arrays or tables',
  () => {
    /** By the bodies of messages. */
    const published = new Map<string, FieldTable>();
    return [
      fromClient('basic.publish').does(() => ({ command }) => {
        const { headers = [] } = command.properties;
        const compound = headers.filter(([, { tag }]) => tag === 'A' || tag === 'F');
        if (compound.length > 0) published.set(command.body.toString(), compound);
        return undefined;
      }),
      fromStreams.changeProperties((properties, { command }) =>
        withLost(properties, published.get(command.body.toString())),
      ),
    ];
  },
);

export const streamFilterFirstAlone = mutant(
  'stream-filter-first-alone',
  'heeds of several values to filter a stream by the first alone',
  fromClient('basic.consume').change(({ arguments: given }) => ({
    arguments: mapped(given, 'x-stream-filter', (filter) =>
      filter.tag === 'A' ? { tag: 'A', value: filter.value.slice(0, 1) } : filter,
    ),
  })),
);

export const unfilteredAlwaysMatched = mutant(
  'unfiltered-always-matched',
  'gives who filters a stream also the messages without a filter value, unasked',
  fromClient('basic.consume')
    .where(({ arguments: given }) => given.some(([key]) => key === 'x-stream-filter'))
    .change(({ arguments: given }) => ({
      arguments: [
        ...given.filter(([key]) => key !== 'x-stream-match-unfiltered'),
        ...table({ 'x-stream-match-unfiltered': true }),
      ],
    })),
);

export const getFromStreamsTakenForEmpty = mutant(
  'get-from-streams-taken-for-empty',
  'answers basic.get for a stream as if it were empty',
  () => {
    const known = streamsKnown();
    return [
      ...known.rules,
      fromClient('basic.get')
        .where((_, moment) => known.isStream(moment))
        .swallow(),
    ];
  },
);

/** With headers that it does not have yet. */
function withLost(properties: BasicProperties, lost: FieldTable = []): BasicProperties {
  const { headers = [] } = properties;
  const names = new Set(headers.map(([name]) => name.toString()));
  return {
    ...properties,
    headers: [...headers, ...lost.filter(([name]) => !names.has(name.toString()))],
  };
}

function isOfStream({ properties }: Command): boolean {
  return offsetIn(properties) !== undefined;
}

function offsetIn({ headers = [] }: BasicProperties): FieldValue | undefined {
  return headers.find(([name]) => name === offset)?.[1];
}

/** A number as text. */
function textOf(value: FieldValue | undefined): string | undefined {
  return value === undefined || typeof value.value === 'object' ? undefined : value.value.toString();
}

function plusOne(value: FieldValue): FieldValue {
  if (value.tag === 'l' || value.tag === 'L') return { tag: value.tag, value: value.value + 1n };
  return typeof value.value === 'number' ? { tag: 'l', value: BigInt(value.value) + 1n } : value;
}

function withHeader(
  { headers, ...properties }: BasicProperties,
  name: string,
  to: (value: FieldValue) => FieldValue,
): BasicProperties {
  return headers === undefined ? properties : { ...properties, headers: mapped(headers, name, to) };
}

function mapped(given: FieldTable, key: string, to: (value: FieldValue) => FieldValue): FieldTable {
  return given.map(([each, value]) => [each, each === key ? to(value) : value]);
}
