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
  'treats x-match all as any',
  matching({ all: 'any', 'all-with-x': 'any-with-x' }),
);

export const anyHeaderTakenForAll = mutant(
  'any-header-taken-for-all',
  'treats x-match any as all',
  matching({ any: 'all', 'any-with-x': 'all-with-x' }),
);

export const headersWithXTakenForPlain = mutant(
  'headers-with-x-taken-for-plain',
  'treats x-match all-with-x as all, and any-with-x as any',
  matching({ 'all-with-x': 'all', 'any-with-x': 'any' }),
);

export const plainHeadersTakenForWithX = mutant(
  'plain-headers-taken-for-with-x',
  'treats x-match all as all-with-x, and any as any-with-x',
  matching({ all: 'all-with-x', any: 'any-with-x' }),
);

/** For bindings that name headers. @param match `any`, where `all` is right */
export function headersMatchedByDefault(match: string) {
  return mutant(
    `headers-matched-by-default-${match}`,
    `assumes ${match} as the x-match of bindings that give none`,
    bound
      .where(({ arguments: given }) => given.length > 0 && given.every(([key]) => key !== 'x-match'))
      .change(({ arguments: given }) => ({ arguments: [...given, ...table({ 'x-match': match })] })),
  );
}

export const voidHeadersTakenForEmpty = mutant(
  'void-headers-taken-for-empty',
  'treats a header without a value as one with an empty text',
  bound.change(({ arguments: given }) => ({
    arguments: given.map(([key, value]) => [key, value.tag === 'V' ? { tag: 'S', value: '' } : value]),
  })),
);

export const headersTakenForText = mutant(
  'headers-taken-for-text',
  'takes headers for their texts, whatever their types',
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
