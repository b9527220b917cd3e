import { expect, test } from 'vitest';
import type { Verdict } from '../verdict/verdict.ts';
import { compare } from './compare.ts';
import { comparisonMarkdown, comparisonText } from './comparison-text.ts';
import type { Matrix, MatrixCell } from './matrix.ts';
import picocolors from 'picocolors';

function cell(verdict: Verdict, reason?: string): MatrixCell {
  return {
    verdict,
    ...(reason === undefined ? {} : { reason }),
    duration: 1,
    errors: [],
  };
}

function row(id: string, cells: Record<string, MatrixCell>) {
  return {
    id,
    area: id.slice(0, id.indexOf('/')),
    topic: 'Topic',
    says: `It says | ${id}.`,
    documented: [{ title: 'Docs', url: 'https://example.org/docs' }],
    tags: [],
    queueTypes: [],
    regressions: [],
    cells,
  };
}

const matrix: Matrix = {
  schemaVersion: 1,
  madeAt: '2026-01-01T00:00:00.000Z',
  columns: [
    { id: 'old', title: 'Broker 1', source: 'broker:1', findings: [] },
    { id: 'new', title: 'Broker 2', source: 'broker:2', findings: [] },
  ],
  rows: [
    row('queues/same', { old: cell('violated', 'expected 1'), new: cell('violated', 'expected 2') }),
    row('queues/proven', { old: cell('holds'), new: cell('proven') }),
    row('queues/differs', { old: cell('holds'), new: cell('deviates', 'Known.\nSince 2.') }),
    row('queues/gone', { old: cell('proven'), new: cell('not applicable', 'It applies to <2.') }),
    row('tls/untestable', { old: cell('holds'), new: cell('not testable', 'Missing: tls') }),
    row('tls/broken', { old: cell('could not run', 'It hung.'), new: cell('violated', 'expected 3') }),
    row('tls/later', { new: cell('holds') }),
  ],
};

test('claims differ whose verdicts do; proven and holds are the same', () => {
  const { differences, same } = compare(matrix, 'old', 'new');
  expect(differences.map(({ id, from, to }) => [id, from.verdict, to.verdict])).toEqual([
    ['queues/differs', 'holds', 'deviates'],
    ['queues/gone', 'proven', 'not applicable'],
  ]);
  expect(same).toBe(2);
});

test('a claim differs whose queue types do: each that does, or all together', () => {
  const typed = (worst: MatrixCell, classic: Verdict, quorum: Verdict): MatrixCell => ({
    ...worst,
    outcomes: { classic: cell(classic), quorum: cell(quorum) },
  });
  const types: Matrix = {
    ...matrix,
    rows: [
      row('queues/one', {
        old: typed(cell('deviates'), 'proven', 'deviates'),
        new: typed(cell('holds'), 'holds', 'holds'),
      }),
      row('queues/hidden', {
        old: typed(cell('deviates'), 'holds', 'deviates'),
        new: typed(cell('deviates'), 'deviates', 'holds'),
      }),
      row('queues/all', {
        old: typed(cell('violated'), 'violated', 'violated'),
        new: typed(cell('holds'), 'holds', 'proven'),
      }),
      row('queues/same', {
        old: typed(cell('holds'), 'holds', 'holds'),
        new: typed(cell('holds'), 'proven', 'holds'),
      }),
      row('queues/one-side', { old: typed(cell('holds'), 'holds', 'holds'), new: cell('holds') }),
    ],
  };
  const comparison = compare(types, 'old', 'new');
  expect(
    comparison.differences.map(({ id, queueType, from, to }) => [id, queueType, from.verdict, to.verdict]),
  ).toEqual([
    ['queues/one', 'quorum', 'deviates', 'holds'],
    ['queues/hidden', 'classic', 'holds', 'deviates'],
    ['queues/hidden', 'quorum', 'deviates', 'holds'],
    ['queues/all', undefined, 'violated', 'holds'],
  ]);
  expect(comparison).toMatchObject({ differing: 3, same: 2 });
  const text = comparisonText(comparison, () => '', picocolors.createColors(false));
  expect(text).toContain('one (quorum): deviates → holds');
  expect(text).toContain('3 claims differ, 2 show the same on both');
});

test('what was not seen on both sides could not be compared, and says why', () => {
  expect(compare(matrix, 'old', 'new').incomparable).toEqual([
    { id: 'tls/untestable', area: 'tls', why: 'Broker 2: not testable: Missing: tls' },
    { id: 'tls/broken', area: 'tls', why: 'Broker 1: could not run: It hung.' },
    { id: 'tls/later', area: 'tls', why: 'Broker 1: no result' },
  ]);
});

test('people read both verdicts, the reasons, the documentation and where the evidence is', () => {
  const text = comparisonText(
    compare(matrix, 'old', 'new'),
    ({ id }) => `page.html#${id}`,
    picocolors.createColors(false),
  );
  expect(text).toMatchInlineSnapshot(`
    "Broker 1 → Broker 2

    queues
      differs: holds → deviates
        It says | queues/differs.
        Broker 2: Known.
        Since 2.
        documented: https://example.org/docs
        evidence: page.html#queues/differs
      gone: proven → not applicable
        It says | queues/gone.
        Broker 2: It applies to <2.
        documented: https://example.org/docs
        evidence: page.html#queues/gone

    Could not be compared
      tls/untestable: Broker 2: not testable: Missing: tls
      tls/broken: Broker 1: could not run: It hung.
      tls/later: Broker 1: no result

    2 claims differ, 2 show the same on both, 3 could not be compared."
  `);
});

test('in Markdown no text breaks out of its cell', () => {
  const text = comparisonMarkdown(compare(matrix, 'old', 'new'));
  expect(text).toMatchInlineSnapshot(`
    "## Broker 1 → Broker 2

    ### queues

    | claim | Broker 1 | Broker 2 | why |
    |---|---|---|---|
    | \`queues/differs\`<br>It says \\| queues/differs.<br>[Docs](https://example.org/docs) | holds | deviates | Broker 2: Known.<br>Since 2. |
    | \`queues/gone\`<br>It says \\| queues/gone.<br>[Docs](https://example.org/docs) | proven | not applicable | Broker 2: It applies to <2. |

    ### Could not be compared

    - \`tls/untestable\`: Broker 2: not testable: Missing: tls
    - \`tls/broken\`: Broker 1: could not run: It hung.
    - \`tls/later\`: Broker 1: no result

    2 claims differ, 2 show the same on both, 3 could not be compared."
  `);
});
