import type { Command, FieldTable, FieldValue, MethodName } from '../../wire/index.ts';
import type { Domain, DomainValues, Fields } from '../../wire/domains.ts';
import { methods } from '../../wire/methods.ts';
import { withArguments } from '../edit.ts';
import {
  ability,
  clientCapabilities,
  clientPropertyKeys,
  type KnownKey,
  knownArguments,
  ownWord,
  serverCapabilities,
  serverPropertyKeys,
} from './known-keys.ts';
import { changesOfKey, otherText, otherValue, withKey } from './other-values.ts';
import { ofEach, type Said, type SystematicKind, type SystematicMutant } from './systematic-mutant.ts';

/** Words of which a field holds one. */
const legalWords: Readonly<Record<string, readonly string[]>> = {
  type: ['direct', 'fanout', 'topic', 'headers'],
  mechanism: ['PLAIN', 'AMQPLAIN'],
};

/** Fields that mean nothing any more. */
const reserved = [
  'ticket',
  'connection.open capabilities',
  'connection.open-ok knownHosts',
  'channel.open outOfBand',
  'channel.open-ok channelId',
  'basic.get-empty clusterId',
];

function isReserved(name: MethodName, field: string): boolean {
  return reserved.includes(field) || reserved.includes(`${name} ${field}`);
}

/** The largest numbers of the domains; one more than that is none. */
const largest: Partial<Record<Domain, bigint>> = {
  octet: 0xffn,
  short: 0xff_ffn,
  long: 0xff_ff_ff_ffn,
  longlong: 0xff_ff_ff_ff_ff_ff_ff_ffn,
};

/** Another value of a field; `undefined`: this one has no other of that kind. */
type Other = (value: DomainValues[Domain]) => DomainValues[Domain] | undefined;

interface OtherValue {
  kind: SystematicKind;
  what: string;
  says: string;
  to: Other;
}

/** What fields of a domain can be instead, beside tables. */
function othersOf(field: string, domain: Domain): OtherValue[] {
  if (domain === 'bit')
    return [{ kind: 'bit', what: 'flipped', says: `with the other ${field}`, to: (value) => value !== true }];
  if (domain === 'table') return [];
  if (domain === 'shortstr' || domain === 'longstr') {
    return [
      {
        kind: 'field',
        what: 'other',
        says: `with another ${field}`,
        to: (value) => otherText(value as DomainValues['shortstr'], legalWords[field]),
      },
      { kind: 'field', what: 'empty', says: `with an empty ${field}`, to: () => '' },
    ];
  }
  const like = (value: DomainValues[Domain], number: bigint) =>
    typeof value === 'bigint' ? number : Number(number);
  return [
    {
      kind: 'field',
      what: 'one-more',
      says: `with a ${field} that is greater by one`,
      to: (value) => {
        const more = BigInt(value as number | bigint) + 1n;
        return more > (largest[domain] ?? 0n) ? undefined : like(value, more);
      },
    },
    { kind: 'field', what: 'zero', says: `with a ${field} of 0`, to: (value) => like(value, 0n) },
  ];
}

/** Each field of a method that is no table. */
export function fieldMutants(said: Said): SystematicMutant[] {
  const fields: Fields = methods[said.name].fields;
  return Object.entries(fields).flatMap(([field, domain]) =>
    othersOf(field, domain)
      // What is reserved is zero or empty
      .filter(({ what }) => !(isReserved(said.name, field) && (what === 'zero' || what === 'empty')))
      .map(({ kind, what, says, to }) =>
        ofEach(said, { kind, what: `${field}/${what}`, says }, (command) => {
          const value = to(valueOf(command, field));
          return value === undefined ? undefined : withField(command, field, value);
        }),
      ),
  );
}

/** Each key that a table among the fields of a method may have. */
export function argumentMutants(said: Said): SystematicMutant[] {
  const fields: Fields = methods[said.name].fields;
  if (said.name === 'connection.start')
    return peerMutants(said, 'serverProperties', serverPropertyKeys, serverCapabilities);

  if (said.name === 'connection.start-ok')
    return peerMutants(said, 'clientProperties', clientPropertyKeys, clientCapabilities);

  if (fields['arguments'] !== 'table') return [];
  const known = knownArguments[said.name] ?? {};
  const others: SystematicMutant[] = [
    ofEach(said, { kind: 'argument', what: 'arguments/none', says: 'without its arguments' }, (command) =>
      withField(command, 'arguments', []),
    ),
    ofEach(
      said,
      {
        kind: 'argument',
        what: 'arguments/other-value',
        says: 'with another value of each argument that it does not know',
      },
      (command) =>
        withField(
          command,
          'arguments',
          tableOf(command, 'arguments').map(([key, value]) =>
            Object.hasOwn(known, key.toString()) ? [key, value] : [key, otherValue(value)],
          ),
        ),
    ),
    ofEach(
      said,
      { kind: 'argument', what: 'arguments/added', says: 'with an argument that its client did not give' },
      (command) =>
        withField(command, 'arguments', [
          ...tableOf(command, 'arguments'),
          ['other', { tag: 'S', value: 'other' }],
        ]),
    ),
  ];
  return [
    ...others,
    ...Object.entries(known).flatMap(([key, about]) => keyMutants(said, 'arguments', key, about)),
  ];
}

function keyMutants(said: Said, field: string, key: string, about: KnownKey): SystematicMutant[] {
  return changesOfKey(key, about).map(({ what, says, to }) =>
    ofEach(said, { kind: 'argument', what: `${key}/${what}`, says, ...exceptionsOf(about) }, (command) =>
      withField(command, field, withKey(tableOf(command, field), key, to)),
    ),
  );
}

/** What does not apply to versions that do not know it. */
export function exceptionsOf({ unknownTo }: KnownKey) {
  return unknownTo === undefined
    ? {}
    : { exceptions: [{ brokers: { rabbitmq: unknownTo }, because: 'This version does not know it yet.' }] };
}

/** What a peer says of itself, and that it can do. */
function peerMutants(
  said: Said,
  field: string,
  words: readonly string[],
  abilities: readonly string[],
): SystematicMutant[] {
  const ofAbilities = abilities.flatMap((key) =>
    changesOfKey(key, ability).map(({ what, says, to }) =>
      ofEach(said, { kind: 'argument', what: `${key}/${what}`, says }, (command) => {
        const inner = (value: FieldValue | undefined): FieldValue | undefined =>
          value?.tag === 'F' ? { tag: 'F', value: withKey(value.value, key, to) } : value;
        return withField(command, field, withKey(tableOf(command, field), 'capabilities', inner));
      }),
    ),
  );
  return [...words.flatMap((key) => keyMutants(said, field, key, ownWord)), ...ofAbilities];
}

function valueOf(command: Command, field: string): DomainValues[Domain] {
  return (command.arguments as Record<string, DomainValues[Domain]>)[field] as DomainValues[Domain];
}

function tableOf(command: Command, field: string): FieldTable {
  return valueOf(command, field) as FieldTable;
}

/** Which fields a method has, only its row in the table knows. */
function withField(command: Command, field: string, value: DomainValues[Domain]): Command {
  return withArguments(command as Command<'basic.ack'>, { [field]: value });
}
