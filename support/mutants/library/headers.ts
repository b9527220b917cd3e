import { type FieldTable, type FieldValue, table } from '../../wire/index.ts';
import { mutant } from '../mutant.ts';
import { fromClient } from '../target.ts';

/** Both, so that what was bound is also what is unbound. */
const bound = fromClient('queue.bind', 'queue.unbind', 'exchange.bind', 'exchange.unbind');

/** Takes modes of matching for others. */
function matching(others: Readonly<Record<string, string>>) {
  return bound.change(({ arguments: given }) => ({
    arguments: given.map(([key, value]) => {
      const other = key === 'x-match' && value.tag === 'S' ? others[value.value.toString()] : undefined;
      return other === undefined ? [key, value] : [key, { tag: 'S', value: other }];
    }),
  }));
}

export const allHeadersTakenForAny = mutant(
  'all-headers-taken-for-any',
  'takes x-match all for any',
  matching({ all: 'any', 'all-with-x': 'any-with-x' }),
);

export const anyHeaderTakenForAll = mutant(
  'any-header-taken-for-all',
  'takes x-match any for all',
  matching({ any: 'all', 'any-with-x': 'all-with-x' }),
);

export const headersWithXTakenForPlain = mutant(
  'headers-with-x-taken-for-plain',
  'takes x-match all-with-x for all, and any-with-x for any',
  matching({ 'all-with-x': 'all', 'any-with-x': 'any' }),
);

export const plainHeadersTakenForWithX = mutant(
  'plain-headers-taken-for-with-x',
  'takes x-match all for all-with-x, and any for any-with-x',
  matching({ all: 'all-with-x', any: 'any-with-x' }),
);

/** For bindings that name headers. @param match `any`, where `all` is right */
export function headersMatchedByDefault(match: string) {
  return mutant(
    `headers-matched-by-default-${match}`,
    `takes ${match} for the x-match of bindings that give none`,
    bound
      .where(({ arguments: given }) => given.length > 0 && given.every(([key]) => key !== 'x-match'))
      .change(({ arguments: given }) => ({ arguments: [...given, ...table({ 'x-match': match })] })),
  );
}

export const voidHeadersTakenForEmpty = mutant(
  'void-headers-taken-for-empty',
  'takes a header without a value for one with an empty text',
  bound.change(({ arguments: given }) => ({
    arguments: given.map(([key, value]) => [key, value.tag === 'V' ? { tag: 'S', value: '' } : value]),
  })),
);

export const headersTakenForText = mutant(
  'headers-taken-for-text',
  'compares headers by their texts, whatever their types',
  bound.change(({ arguments: given }) => ({ arguments: asText(given) })),
  fromClient('basic.publish').changeProperties(({ headers, ...given }) =>
    headers === undefined ? given : { ...given, headers: asText(headers) },
  ),
);

function asText(given: FieldTable): FieldTable {
  return given.map(([key, value]): [typeof key, FieldValue] => [
    key,
    typeof value.value === 'object' ? value : { tag: 'S', value: String(value.value) },
  ]);
}
