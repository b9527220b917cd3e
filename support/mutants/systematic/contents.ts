import { basicProperties } from '../../wire/content-header.ts';
import type { Domain } from '../../wire/domains.ts';
import {
  type BasicProperties,
  carriesContent,
  type Command,
  type FieldTable,
  type FieldValue,
} from '../../wire/index.ts';
import { withBody, withProperties } from '../edit.ts';
import { exceptionsOf } from './fields.ts';
import { deathKeys, headersHeard, headersSaid, type KnownKey } from './known-keys.ts';
import { changesOfKey, otherText, otherValue, raised, withKey } from './other-values.ts';
import { ofEach, type Said, type SystematicMutant } from './systematic-mutant.ts';

type Properties = BasicProperties;
type PropertyName = keyof typeof basicProperties;
type Value = Properties[PropertyName];
type Text = NonNullable<Properties['expiration']>;

/** Each property of the messages that a method carries, and their body. */
export function contentMutants(said: Said): SystematicMutant[] {
  if (!carriesContent(said.name)) return [];
  // What is returned was in no queue
  const wasQueued = said.from === 'broker' && said.name !== 'basic.return';
  const known = wasQueued ? headersSaid : headersHeard;
  return [
    ofEach(said, { kind: 'body', what: 'body/other', says: 'with another body' }, (command, { frameMax }) =>
      withBody(command, Buffer.from(otherText(command.body)), frameMax),
    ),
    ofEach(said, { kind: 'body', what: 'body/empty', says: 'with an empty body' }, (command, { frameMax }) =>
      command.body.length === 0 ? undefined : withBody(command, Buffer.alloc(0), frameMax),
    ),
    ...(Object.keys(basicProperties) as PropertyName[]).flatMap((name) => propertyMutants(said, name)),
    ...Object.entries(known).flatMap(([key, about]) => headerMutants(said, key, about)),
    ...(wasQueued ? Object.entries(deathKeys).flatMap(([key, about]) => deathMutants(said, key, about)) : []),
    ofEach(
      said,
      {
        kind: 'header',
        what: 'headers/other-value',
        says: 'with another value of each header that it does not know',
      },
      (command) =>
        withHeaders(command, (headers) =>
          headers.map(([key, value]) =>
            Object.hasOwn(known, key.toString()) ? [key, value] : [key, otherValue(value)],
          ),
        ),
    ),
  ];
}

function propertyMutants(said: Said, name: PropertyName): SystematicMutant[] {
  const changes: { what: string; says: string; to: (value: Value) => Value }[] = [
    { what: 'dropped', says: `without ${name}`, to: () => undefined },
    ...othersOf(name).map(({ what, says, to }) => ({
      what,
      says,
      to: (value: Value) => (value === undefined ? undefined : to(value)),
    })),
    { what: 'added', says: `with a ${name} that was not there`, to: (value) => value ?? added(name) },
  ];
  return changes.map(({ what, says, to }) =>
    ofEach(said, { kind: 'property', what: `${name}/${what}`, says }, (command) => {
      const { [name]: before, ...others } = command.properties;
      const value = to(before);
      return withProperties(command, value === undefined ? others : { ...others, [name]: value });
    }),
  );
}

/** What a property can be instead. */
function othersOf(
  name: PropertyName,
): { what: string; says: string; to: (value: NonNullable<Value>) => Value }[] {
  if (name === 'expiration') {
    const to = (change: (value: number) => number) => (value: NonNullable<Value>) => {
      const number = Number((value as Text).toString());
      return Number.isNaN(number) ? value : String(change(number));
    };
    return [
      { what: 'raised', says: `with a much greater ${name}`, to: to((value) => raised(value, 1_000_000)) },
      { what: 'zero', says: `with an ${name} of 0`, to: to(() => 0) },
    ];
  }
  const says = `with another ${name}`;
  const domain: Domain = basicProperties[name];
  if (name === 'deliveryMode') return [{ what: 'other', says, to: (value) => (value === 2 ? 1 : 2) }];
  if (name === 'priority') {
    return [
      { what: 'raised', says: `with a greater ${name}`, to: (value) => Math.min(Number(value) + 10, 255) },
      { what: 'zero', says: `with a ${name} of 0`, to: () => 0 },
    ];
  }
  if (name === 'timestamp') return [{ what: 'other', says, to: (value) => (value as bigint) + 3_600n }];
  if (domain === 'table') return [{ what: 'empty', says: 'with no headers in its table', to: () => [] }];
  return [{ what: 'other', says, to: (value) => otherText(value as string) }];
}

function added(name: PropertyName): NonNullable<Value> {
  const domain: Domain = basicProperties[name];
  if (name === 'deliveryMode') return 2;
  if (name === 'priority') return 5;
  if (name === 'expiration') return '20';
  if (domain === 'timestamp') return 1_000_000_000n;
  return domain === 'table' ? [['other', { tag: 'S', value: 'other' }]] : 'other';
}

function headerMutants(said: Said, key: string, about: KnownKey): SystematicMutant[] {
  return changesOfKey(key, about).map(({ what, says, to }) =>
    ofEach(
      said,
      {
        kind: 'header',
        what: `headers/${key}/${what}`,
        says: `${says} among its headers`,
        ...exceptionsOf(about),
      },
      (command) => withHeaders(command, (headers) => withKey(headers, key, to)),
    ),
  );
}

/** What the entries of `x-death` say. */
function deathMutants(said: Said, key: string, about: KnownKey): SystematicMutant[] {
  return changesOfKey(key, about).map(({ what, says, to }) => {
    const entry = (value: FieldValue): FieldValue =>
      value.tag === 'F' ? { tag: 'F', value: withKey(value.value, key, to) } : value;
    return ofEach(
      said,
      { kind: 'header', what: `headers/x-death/${key}/${what}`, says: `${says} in x-death` },
      (command) =>
        withHeaders(command, (headers) =>
          withKey(headers, 'x-death', (deaths) =>
            deaths?.tag === 'A' ? { tag: 'A', value: deaths.value.map(entry) } : deaths,
          ),
        ),
    );
  });
}

/** A table of headers that was not there is there only when something is in it. */
function withHeaders(command: Command, to: (headers: FieldTable) => FieldTable): Command | undefined {
  const { headers, ...others } = command.properties;
  const changed = to(headers ?? []);
  return headers === undefined && changed.length === 0
    ? undefined
    : withProperties(command, { ...others, headers: changed });
}
