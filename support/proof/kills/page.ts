import { readFileSync } from 'node:fs';
import { h, type JSX } from 'preact';
import type { BrokerDescription } from '../../broker/broker.ts';
import { commonStyle, sourceOf, writePage } from '../../page/page.ts';
import { areaOf } from './claims.ts';
import { type EndedTrial, killMatrixOf, type MatrixArea } from './kill-matrix.ts';
import { areasOf, countsOf, couplingOf, glossary, irrefutableOf } from './overview.ts';
import { legendOf, tableOf } from './table.ts';

function read(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8');
}
const parts = ['page', 'counts', 'filter', 'claims', 'table'];
const style = [commonStyle, ...parts.map((part) => read(`page/${part}.css`))].join('');
const script = read('page-script.js');

/**
 * Writes the kill matrix: one page that opens from the file system and requests nothing.
 *
 * @param file where the page goes; its folder is there
 * @param ended in any order; those of interrupted runs too
 * @returns where it went
 */
export function writeKills(
  file: string,
  broker: Pick<BrokerDescription, 'title'>,
  ended: readonly EndedTrial[],
): string {
  writePage(file, {
    title: `Kill matrix: ${broker.title}`,
    style,
    policy: [`style-src ${sourceOf(style)}`, `script-src ${sourceOf(script)}`],
    body: [
      h('a', { class: 'skip', href: '#all-claims' }, 'To the claims'),
      headerOf(broker, new Date()),
      h('main', {}, bodyOf(killMatrixOf(ended))),
      h('script', { dangerouslySetInnerHTML: { __html: script } }),
    ],
  });
  return file;
}

function headerOf({ title }: Pick<BrokerDescription, 'title'>, at: Date): JSX.Element {
  return h(
    'header',
    {},
    h('h1', {}, 'Kill matrix'),
    h(
      'p',
      { class: 'broker' },
      h('strong', {}, title),
      ' · ',
      h('time', { datetime: at.toISOString() }, `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`),
    ),
    h(
      'p',
      {},
      'A spec that passes shows little until it was seen to fail. So each was run against mutants: brokers that are ',
      'right in everything but one thing. A mutant is killed when it fired and the claim’s own assertion failed. ',
      'This page shows the claims of the last ',
      h('code', {}, 'pnpm prove'),
      '.',
    ),
    h(
      'nav',
      { 'aria-label': 'Parts of this page' },
      [
        ['all-areas', 'Areas'],
        ['all-claims', 'Claims'],
        ['kill-matrix', 'Matrix'],
        ['coupling', 'Coupling'],
        ['irrefutable', 'Irrefutable'],
        ['glossary', 'What the words mean'],
      ].map(([id, name]) => h('a', { href: `#${id}` }, name)),
    ),
  );
}

function bodyOf(areas: readonly MatrixArea[]): JSX.Element[] {
  const claims = areas.flatMap((area) => area.claims);
  return [
    countsOf(claims),
    areasOf(areas),
    h(
      'div',
      {},
      filterForm(),
      h(
        'section',
        { 'aria-labelledby': 'all-claims' },
        h('h2', { id: 'all-claims', tabindex: -1 }, 'Claims'),
        areas.map(areaOf),
      ),
      h(
        'section',
        { 'aria-labelledby': 'kill-matrix' },
        h('h2', { id: 'kill-matrix' }, 'Matrix'),
        h('p', {}, 'Claims as rows, the mutants that they declare as columns.'),
        legendOf(claims),
        areas.map(tableOf),
      ),
    ),
    couplingOf(claims),
    irrefutableOf(claims),
    glossary(),
  ];
}

/** Without the script it could do nothing, so the script shows it. */
function filterForm(): JSX.Element {
  return h(
    'form',
    { id: 'filter', role: 'search', hidden: true },
    h(
      'label',
      {},
      'Search by id or text ',
      h('input', { type: 'search', id: 'search', autocomplete: 'off', placeholder: 'consuming/round-robin' }),
    ),
    h('label', {}, h('input', { type: 'checkbox', id: 'unsettled' }), ' Only what is not proven'),
    h('output', { id: 'shown', for: 'search unsettled' }),
  );
}
