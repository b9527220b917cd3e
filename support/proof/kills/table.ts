import { h, type JSX } from 'preact';
import type { MatrixArea, MatrixClaim, MatrixResult, MatrixTrial } from './kill-matrix.ts';
import { bareMark, mark } from './marks.ts';

/** What the cells mean: the results as sign and word. */
export function legendOf(claims: readonly MatrixClaim[]): JSX.Element {
  const shown = new Set(
    claims.flatMap(({ refutations, crossed }) =>
      [...refutations, ...crossed.filter(isTold)].map(({ result }) => result),
    ),
  );
  const crossed = claims.some((claim) => claim.crossed.length > 0);
  return h(
    'p',
    { class: 'legend' },
    [...shown].sort().map((result) => mark(result)),
    crossed
      ? 'An empty cell: the spec is indifferent to the mutant, which it does not declare.'
      : 'An empty cell: the claim does not declare the mutant, and its spec was not tried against it.',
  );
}

/** Nearly all results of crossing are indifferent: cells for them would hide the others. */
function isTold({ result }: MatrixTrial): boolean {
  return result !== 'indifferent';
}

/** The claims of an area as rows, the mutants as columns, in a box that scrolls by itself. */
export function tableOf({ name, claims, mutants }: MatrixArea): JSX.Element {
  const label = `${name}: ${claims.length} × ${mutants.length}, claims against mutants`;
  return h(
    'section',
    { class: 'matrix', 'data-group': '' },
    h('h3', { id: `kill-matrix/${name}` }, name),
    mutants.length === 0
      ? h('p', {}, 'No claim of this area declares a mutant.')
      : h(
          'div',
          { class: 'box', tabindex: 0, role: 'region', 'aria-label': label },
          h(
            'table',
            {},
            h('caption', { class: 'aloud' }, label),
            h('thead', {}, headOf(mutants)),
            h(
              'tbody',
              {},
              claims.map((claim) => rowOf(claim, mutants)),
            ),
          ),
        ),
  );
}

function headOf(mutants: MatrixArea['mutants']): JSX.Element {
  return h(
    'tr',
    {},
    h('th', { scope: 'col', class: 'corner' }, 'Claim'),
    mutants.map(({ name, says }) =>
      h('th', { scope: 'col', title: `A broker that ${says}` }, h('span', { class: 'upright' }, name)),
    ),
  );
}

function rowOf(
  { claim, refutations, crossed, settled }: MatrixClaim,
  mutants: MatrixArea['mutants'],
): JSX.Element {
  const results = new Map(
    [...crossed.filter(isTold), ...refutations].map(({ mutant, result }) => [mutant.name, result]),
  );
  return h(
    'tr',
    { 'data-row': claim.id, 'data-settled': settled },
    h(
      'th',
      { scope: 'row', title: claim.says },
      h('a', { href: `#${claim.id}` }, `${claim.area}/`, h('wbr', {}), claim.id.slice(claim.area.length + 1)),
    ),
    mutants.map((mutant) => cellOf(claim.id, mutant, results.get(mutant.name))),
  );
}

function cellOf(
  id: string,
  { says }: MatrixArea['mutants'][number],
  result: MatrixResult | undefined,
): JSX.Element {
  if (result === undefined) return h('td', {});
  return h('td', { title: `${id} against a broker that ${says}: ${result}` }, bareMark(result));
}
