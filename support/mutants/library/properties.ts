import type { BasicProperties, FieldValue } from '../../wire/index.ts';
import { mutant, widely } from '../mutant.ts';
import { withProperties } from '../edit.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';

const properties = {
  'content-type': 'contentType',
  'content-encoding': 'contentEncoding',
  headers: 'headers',
  'delivery-mode': 'deliveryMode',
  priority: 'priority',
  'correlation-id': 'correlationId',
  'reply-to': 'replyTo',
  expiration: 'expiration',
  'message-id': 'messageId',
  timestamp: 'timestamp',
  type: 'type',
  'user-id': 'userId',
  'app-id': 'appId',
  'cluster-id': 'clusterId',
} as const satisfies Record<string, keyof BasicProperties>;

const messages = fromBroker('basic.deliver', 'basic.get-ok', 'basic.return');

/** The broker itself still heeds it. @param property as the specification names it */
export function propertyLost(property: keyof typeof properties) {
  return mutant(
    `property-lost-${property}`,
    `loses the property ${property} of messages`,
    messages.changeProperties((given) => without(given, properties[property])),
  );
}

/** The broker itself still heeds them. */
export const emptyHeadersLost = mutant(
  'empty-headers-lost',
  'delivers a message whose table of headers is empty as one without headers',
  messages.changeProperties((given) => (given.headers?.length === 0 ? without(given, 'headers') : given)),
);

/** @param header its name; the broker itself still heeds it */
export function headerLost(header: string) {
  return mutant(
    `header-lost-${header}`,
    `loses the header ${header} of messages`,
    messages.changeProperties(({ headers, ...given }) =>
      headers === undefined ? given : { ...given, headers: headers.filter(([name]) => name !== header) },
    ),
  );
}

/** It neither heeds it nor passes it on. @param header its name */
export function headerIgnored(header: string) {
  return mutant(
    `header-ignored-${header}`,
    `takes messages without their header ${header}`,
    fromClient('basic.publish').changeProperties(({ headers, ...given }) =>
      headers === undefined ? given : { ...given, headers: headers.filter(([name]) => name !== header) },
    ),
  );
}

/** It neither heeds it nor passes it on. @param property as the specification names it */
export function propertyIgnored(property: keyof typeof properties) {
  return mutant(
    `property-ignored-${property}`,
    `takes messages without their property ${property}`,
    fromClient('basic.publish').changeProperties((given) => without(given, properties[property])),
  );
}

/** As clients do that know one type of whole number. */
export const headersWidened = mutant(
  'headers-widened',
  'delivers whole numbers in headers as such of 64 bits',
  messages.changeProperties(({ headers, ...given }) =>
    headers === undefined
      ? given
      : { ...given, headers: headers.map(([name, value]) => [name, wide(value)]) },
  ),
);

export const timestampsCut = mutant(
  'timestamps-cut',
  'keeps only 32 bits of a timestamp',
  messages.changeProperties(({ timestamp, ...given }) =>
    timestamp === undefined ? given : { ...given, timestamp: timestamp % 2n ** 32n },
  ),
);

export const blindCopiesShown = mutant(
  'blind-copies-shown',
  'treats the keys in the header BCC as if they were in CC',
  fromClient('basic.publish').changeProperties((given) => {
    const { headers = [] } = given;
    const blind = headers.find(([name]) => name === 'BCC')?.[1];
    if (blind?.tag !== 'A') return given;
    const copies = headers.find(([name]) => name === 'CC')?.[1];
    const all = [...(copies?.tag === 'A' ? copies.value : []), ...blind.value];
    const others = headers.filter(([name]) => name !== 'CC' && name !== 'BCC');
    return { ...given, headers: [...others, ['CC', { tag: 'A', value: all }]] };
  }),
);

/** Those of messages that are answers: they name no queue to reply to. */
export const correlationIdsSwapped = widely(
  because.answers,
  mutant(
    'correlation-ids-swapped',
    'delivers two answers each with the correlation id of the other',
    fromBroker('basic.deliver')
      .where(
        (_, { command: { properties: given } }) =>
          given.correlationId !== undefined && given.replyTo === undefined,
      )
      .inPairs((first, second) => {
        const { correlationId: firstId = '' } = first.properties;
        const { correlationId: secondId = '' } = second.properties;
        return [
          withProperties(first, { ...first.properties, correlationId: secondId }),
          withProperties(second, { ...second.properties, correlationId: firstId }),
        ];
      }),
  ),
);

/** An answer that comes to a client which never asked for it. */
export const correlationIdsChanged = widely(
  because.answers,
  mutant(
    'correlation-ids-changed',
    'delivers answers with a correlation id of its own',
    fromBroker('basic.deliver').changeProperties((given) =>
      given.correlationId === undefined || given.replyTo !== undefined
        ? given
        : { ...given, correlationId: 'of-the-broker' },
    ),
  ),
);

function wide(field: FieldValue): FieldValue {
  return 'bBsuIi'.includes(field.tag) ? { tag: 'l', value: BigInt(Number(field.value)) } : field;
}

function without(given: BasicProperties, property: keyof BasicProperties): BasicProperties {
  const { [property]: _, ...others } = given;
  return others;
}
