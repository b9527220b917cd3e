import { h, type JSX } from 'preact';
import { explanationsOf, type ForeignKill } from '../explanations.ts';
import { trialResults } from '../../verdict/trial.ts';
import {
  standings,
  tally,
  type MatrixArea,
  type MatrixClaim,
  type MatrixResult,
  type Standing,
} from './kill-matrix.ts';
import { mark, tile } from './marks.ts';

const standingNames = Object.keys(standings) as Standing[];
const tiled = ['killed', 'survived', 'never fired', 'void', 'not applicable', 'not tried'] as const;
const ofControls = ['held', 'broken', 'red', 'vacuous'] as const;

/** How often each standing and each result occurs. */
export function countsOf(claims: readonly MatrixClaim[]): JSX.Element {
  const standing = tally(claims.map((claim) => claim.standing));
  const refutations = resultsOf(claims, 'refutations');
  const crossed = resultsOf(claims, 'crossed');
  const controls = resultsOf(claims, 'controls');
  const notRun = refutations.get('not run') ?? 0;
  return h(
    'section',
    { 'aria-label': 'Counts', class: 'counts' },
    group(
      'Claims',
      standingNames.map((name) => tile(name, standing.get(name) ?? 0)),
    ),
    group('Trials against the mutants that claims declare', [
      ...tiled.map((name) => tile(name, refutations.get(name) ?? 0)),
      ...(notRun === 0 ? [] : [tile('not run', notRun)]),
      tile('coupled', crossed.get('coupled') ?? 0),
      tile('explained', crossed.get('explained') ?? 0),
    ]),
    group(
      'Controls',
      ofControls.map((name) => tile(name, controls.get(name) ?? 0)),
    ),
    notRun === 0 ? null : h('p', { class: 'bad' }, 'The run was ended before all trials had been made.'),
  );
}

function resultsOf(
  claims: readonly MatrixClaim[],
  of: 'refutations' | 'crossed' | 'controls',
): Map<MatrixResult, number> {
  return tally(claims.flatMap((claim) => claim[of].map(({ result }) => result)));
}

function group(title: string, tiles: readonly JSX.Element[]): JSX.Element {
  return h('div', { class: 'group' }, h('h2', {}, title), h('dl', {}, tiles));
}

/** Standings by area, each area a link. */
export function areasOf(areas: readonly MatrixArea[]): JSX.Element {
  const all = tally(areas.flatMap(({ claims }) => claims.map(({ standing }) => standing)));
  const shown = standingNames.filter((name) => all.has(name));
  return h(
    'section',
    { 'aria-labelledby': 'all-areas' },
    h('h2', { id: 'all-areas' }, 'Areas'),
    h(
      'div',
      { class: 'box', tabindex: 0, role: 'region', 'aria-label': 'Claims by area' },
      h(
        'table',
        { class: 'numbers' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { scope: 'col' }, 'Area'),
            shown.map((name) => h('th', { scope: 'col' }, mark(name))),
          ),
        ),
        h(
          'tbody',
          {},
          areas.map((area) => areaRow(area, shown)),
        ),
      ),
    ),
  );
}

function areaRow({ name, claims }: MatrixArea, shown: readonly Standing[]): JSX.Element {
  const counts = tally(claims.map(({ standing }) => standing));
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, h('a', { href: `#${name}` }, name)),
    shown.map((standing) => h('td', {}, String(counts.get(standing) ?? 0))),
  );
}

/** The specs that die of mutants that they do not declare. */
export function couplingOf(claims: readonly MatrixClaim[]): JSX.Element {
  return h(
    'section',
    { 'aria-labelledby': 'coupling' },
    h('h2', { id: 'coupling' }, 'Coupling'),
    claims.some(({ crossed }) => crossed.length > 0)
      ? [unexplained(killsOf(claims, 'coupled')), explained(killsOf(claims, 'explained'))]
      : h(
          'p',
          {},
          'Not looked for in this run: ',
          h('code', {}, 'pnpm prove --all'),
          ' crosses every mutant with every spec in which it finds something to do.',
        ),
  );
}

function killsOf(claims: readonly MatrixClaim[], as: 'coupled' | 'explained'): ForeignKill[] {
  return claims.flatMap(({ claim, crossed }) =>
    crossed.filter(({ result }) => result === as).map(({ mutant }) => ({ claim, mutant })),
  );
}

function unexplained(kills: readonly ForeignKill[]): JSX.Element {
  if (kills.length === 0)
    return h('p', {}, 'No spec is killed by a mutant that its claim does not declare without a reason.');

  return h(
    'ul',
    { class: 'bad' },
    kills.map(({ claim, mutant: { name, says } }) =>
      h('li', {}, linkTo(claim.id), ` is killed by a broker that ${says}. `, h('code', {}, name)),
    ),
  );
}

/** By the reasons that the mutants give. */
function explained(kills: readonly ForeignKill[]): JSX.Element[] {
  return explanationsOf(kills).map(({ because, mutants, claims }) =>
    h(
      'details',
      {},
      h('summary', {}, `${because} ${claims.length} ${claims.length === 1 ? 'claim' : 'claims'}`),
      h('p', {}, 'Killed by ', listOf(mutants.map((name) => h('code', {}, name))), ':'),
      h('p', {}, listOf(claims.map(linkTo))),
    ),
  );
}

function listOf(elements: readonly JSX.Element[]): (JSX.Element | string)[] {
  return elements.flatMap((element, index) => (index === 0 ? [element] : [', ', element]));
}

/** The claims that no mutant can refute, with the reason of each. */
export function irrefutableOf(claims: readonly MatrixClaim[]): JSX.Element {
  const beyond = claims.filter(({ claim }) => claim.irrefutable !== undefined);
  return h(
    'section',
    { 'aria-labelledby': 'irrefutable' },
    h('h2', { id: 'irrefutable' }, 'Irrefutable'),
    beyond.length === 0
      ? h('p', {}, 'None of the claims shown here.')
      : h(
          'ul',
          {},
          beyond.map(({ claim }) => h('li', {}, linkTo(claim.id), `: ${claim.irrefutable}`)),
        ),
  );
}

function linkTo(id: string): JSX.Element {
  return h('a', { href: `#${id}` }, id);
}

/** What the words mean. */
export function glossary(): JSX.Element {
  const meanings = [
    ['Of a trial', { ...trialResults, 'not run': 'The run was ended before this trial.' }],
    ['Of a claim', standings],
  ] as const;
  return h(
    'section',
    { 'aria-labelledby': 'glossary' },
    h('h2', { id: 'glossary' }, 'What the words mean'),
    h(
      'p',
      {},
      'A mutant is a broker that is right in everything but one thing: a proxy rewrites the traffic of a real one. ',
      'Controls are what every spec is tried against: two that must change nothing, and two under which no spec may pass.',
    ),
    meanings.map(([title, words]) => [
      h('h3', {}, title),
      h(
        'dl',
        { class: 'glossary' },
        (Object.entries(words) as [MatrixResult | Standing, string][]).map(([name, meaning]) =>
          h('div', {}, h('dt', {}, mark(name)), h('dd', {}, meaning)),
        ),
      ),
    ]),
  );
}
