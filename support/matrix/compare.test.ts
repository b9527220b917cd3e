import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import type { Verdict } from '../verdict/verdict.ts';
import { compare } from './compare.ts';
import { type Comparison, countsOf } from './comparison.ts';
import { comparisonMarkdown, comparisonText } from './comparison-text.ts';
import type { Matrix, MatrixCell, MatrixRow } from './matrix.ts';

function cell(verdict: Verdict, reason?: string): MatrixCell {
  return { verdict, ...(reason === undefined ? {} : { reason }), duration: 1, errors: [] };
}

/** With two types of queues. */
function typed(worst: Verdict, classic: MatrixCell, quorum: MatrixCell): MatrixCell {
  return { ...cell(worst), outcomes: { classic, quorum } };
}

function row(id: string, cells: Record<string, MatrixCell>, succeeds?: string): MatrixRow {
  return {
    id,
    area: id.slice(0, id.indexOf('/')),
    topic: 'Topic',
    file: 'specs/topic.spec.ts',
    says: `It says | ${id}.`,
    documented: [{ title: 'Docs', url: 'https://example.org/docs' }],
    tags: [],
    needs: [],
    refutedBy: [],
    ...(succeeds === undefined ? {} : { succeeds }),
    queueTypes: [],
    regressions: [],
    cells,
  };
}

const untroubled = { findings: [], problems: [], notRun: 0 };
const columns: Matrix['columns'] = [
  { id: 'old', title: 'Broker 1', source: 'broker:1', ...untroubled },
  { id: 'new', title: 'Broker 2', source: 'broker:2', ...untroubled, failure: 'It died.' },
];

function matrixOf(rows: MatrixRow[]): Matrix {
  return { schemaVersion: 1, madeAt: '2026-01-01T00:00:00.000Z', columns, rows };
}

const [gone, comes] = [
  cell('not applicable', 'It applies to <2.'),
  cell('not applicable', 'It applies to >=2.'),
];
const matrix = matrixOf([
  row('queues/same', { old: cell('violated', 'expected 1'), new: cell('violated', 'expected 2') }),
  row('queues/proven', { old: cell('holds'), new: cell('proven') }),
  row('queues/differs', { old: cell('holds'), new: cell('deviates', 'Known.\nSince 2.') }),
  row('queues/gone', { old: cell('proven'), new: gone }),
  row('queues/old-form', { old: cell('proven'), new: gone }),
  row('queues/neither', { old: comes, new: gone }),
  row('queues/new-form', { old: comes, new: cell('deviates', 'Not yet.') }, 'queues/old-form'),
  row('tls/new', { old: comes, new: cell('not testable', 'Missing: tls') }),
  row('tls/untestable', { old: cell('holds'), new: cell('not testable', 'Missing: tls') }),
  row('tls/untestable-too', { old: cell('violated', 'expected'), new: cell('not testable', 'Missing: tls') }),
  row('tls/broken', { old: cell('could not run', 'It hung.'), new: cell('violated', 'expected 3') }),
  row('tls/later', { old: cell('holds') }),
]);
const comparison = compare(matrix, 'old', 'new');

/** Names, with the queue type where there is one. */
function named(claims: readonly { id: string; queueType?: string }[]): string[] {
  return claims.map(({ id, queueType }) => (queueType === undefined ? id : `${id} ${queueType}`));
}

function changesOf({ appliesToOne }: Comparison): (string | undefined)[][] {
  return appliesToOne.map(({ from, to }) =>
    [from, to].map((claim) => claim && `${named([claim]).join()}: ${claim.verdict}`),
  );
}

test('claims behave differently that were seen on both, with different verdicts; proven and holds are the same', () => {
  expect(comparison.different).toMatchObject([
    {
      id: 'queues/differs',
      from: { verdict: 'holds' },
      to: { verdict: 'deviates', reason: 'Known.\nSince 2.' },
    },
  ]);
  expect(comparison.same).toBe(2);
});

test('what applies to one only says why not to the other, whether or not it could be tested there', () => {
  expect(changesOf(comparison)).toEqual([
    ['queues/old-form: proven', 'queues/new-form: deviates'],
    ['queues/gone: proven', undefined],
    [undefined, 'tls/new: not testable'],
  ]);
  expect(comparison.appliesToOne[1]?.from).toMatchObject({ notThere: 'It applies to <2.' });
  expect(comparison.appliesToOne[2]?.to).toMatchObject({
    notThere: 'It applies to >=2.',
    reason: 'Missing: tls',
  });
});

test('what was not seen on both sides could not be compared, by the reason', () => {
  expect(comparison.incomparable.map(({ obstacles, claims }) => [obstacles, named(claims)])).toEqual([
    [
      [{ broker: 'new', outcome: 'not testable', reason: 'Missing: tls' }],
      ['tls/untestable', 'tls/untestable-too'],
    ],
    [[{ broker: 'old', outcome: 'could not run', reason: 'It hung.' }], ['tls/broken']],
    [[{ broker: 'new', outcome: 'no result', reason: 'It died.' }], ['tls/later']],
  ]);
});

test('each claim counts once, and one that applies to neither not at all', () => {
  expect(countsOf(comparison)).toEqual({
    different: 1,
    appliesToOne: 4,
    changes: 3,
    same: 2,
    incomparable: 4,
  });
});

const [proven, holds, deviates, violated] = [
  cell('proven'),
  cell('holds'),
  cell('deviates'),
  cell('violated'),
];
test.for<{
  says: string;
  old: MatrixCell;
  new: MatrixCell;
  different?: string[];
  applies?: unknown;
  same?: number;
}>([
  {
    says: 'one type differs',
    old: typed('deviates', proven, deviates),
    new: typed('holds', holds, holds),
    different: ['queues/x quorum'],
  },
  {
    says: 'both differ, and together do not',
    old: typed('deviates', holds, deviates),
    new: typed('deviates', deviates, holds),
    different: ['queues/x classic', 'queues/x quorum'],
  },
  {
    says: 'all differ in the same',
    old: typed('violated', violated, violated),
    new: typed('holds', holds, proven),
    different: ['queues/x'],
  },
  { says: 'none differs', old: typed('holds', holds, holds), new: typed('holds', proven, holds), same: 1 },
  { says: 'one side has no types', old: typed('holds', holds, holds), new: holds, same: 1 },
  {
    says: 'one type applies to one only',
    old: typed('holds', holds, comes),
    new: typed('holds', holds, holds),
    applies: [[undefined, 'queues/x quorum: holds']],
  },
  {
    says: 'one differs, and one could not run',
    old: typed('could not run', holds, cell('could not run', 'It hung.')),
    new: typed('violated', violated, holds),
    different: ['queues/x classic'],
  },
])('by queue types: $says', ({ old, new: other, different = [], applies = [], same = 0 }) => {
  const typedComparison = compare(matrixOf([row('queues/x', { old, new: other })]), 'old', 'new');
  expect(named(typedComparison.different)).toEqual(different);
  expect(changesOf(typedComparison)).toEqual(applies);
  expect(typedComparison.same).toBe(same);
  const { changes: _, ...counts } = countsOf(typedComparison);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(1);
});

test('an old and a new form are joined from either side, and over versions between them', () => {
  const forms = matrixOf([
    row('queues/third', { old: comes, new: cell('holds') }, 'queues/second'),
    row('queues/second', { old: comes, new: gone }, 'queues/first'),
    row('queues/first', { old: cell('holds'), new: gone }),
  ]);
  expect(changesOf(compare(forms, 'old', 'new'))).toEqual([['queues/first: holds', 'queues/third: holds']]);
  expect(changesOf(compare(forms, 'new', 'old'))).toEqual([['queues/third: holds', 'queues/first: holds']]);
});

test('people read what differs, the reasons, the documentation and where the evidence is', () => {
  const text = comparisonText(comparison, ({ id }) => `page.html#${id}`, picocolors.createColors(false));
  expect(text).toMatchInlineSnapshot(`
    "Broker 1 → Broker 2

    The old and the new form of a change

    queues
      old-form → new-form
        Broker 1, proven: It says | queues/old-form.
        Broker 2, deviates: It says | queues/new-form.
        Broker 2: Not yet.
        documented: https://example.org/docs
        evidence: page.html#queues/new-form

    Behave differently

    queues
      differs: holds → deviates
        It says | queues/differs.
        Broker 2: Known.
        Since 2.
        documented: https://example.org/docs
        evidence: page.html#queues/differs

    Apply to one only

    queues
      gone
        Broker 1, proven: It says | queues/gone.
        Broker 2: It applies to <2.
        documented: https://example.org/docs
        evidence: page.html#queues/gone

    tls
      new
        Broker 2, not testable: It says | tls/new.
        Broker 1: It applies to >=2.
        Broker 2: Missing: tls
        documented: https://example.org/docs
        evidence: page.html#tls/new

    Could not be compared

    Broker 2: not testable: Missing: tls
      tls/untestable
      tls/untestable-too

    Broker 1: could not run: It hung.
      tls/broken

    Broker 2: no result: It died.
      tls/later

    1 behaves differently, 4 apply to one only (3 changes), 2 show the same, 4 could not be compared."
  `);
});

test('in Markdown no text breaks out of its cell', () => {
  expect(comparisonMarkdown(comparison)).toMatchInlineSnapshot(`
    "## Broker 1 → Broker 2

    ### The old and the new form of a change

    | claim | Broker 1 | Broker 2 | why |
    |---|---|---|---|
    | \`queues/old-form\`<br>It says \\| queues/old-form.<br>[Docs](https://example.org/docs)<br><br>\`queues/new-form\`<br>It says \\| queues/new-form.<br>[Docs](https://example.org/docs) | proven | deviates | Broker 2: Not yet. |

    ### Behave differently

    | claim | Broker 1 | Broker 2 | why |
    |---|---|---|---|
    | \`queues/differs\`<br>It says \\| queues/differs.<br>[Docs](https://example.org/docs) | holds | deviates | Broker 2: Known.<br>Since 2. |

    ### Apply to one only

    | claim | Broker 1 | Broker 2 | why |
    |---|---|---|---|
    | \`queues/gone\`<br>It says \\| queues/gone.<br>[Docs](https://example.org/docs) | proven | not applicable | Broker 2: It applies to &lt;2. |
    | \`tls/new\`<br>It says \\| tls/new.<br>[Docs](https://example.org/docs) | not applicable | not testable | Broker 1: It applies to &gt;=2.<br>Broker 2: Missing: tls |

    ### Could not be compared

    Broker 2: not testable: Missing: tls

    - \`tls/untestable\`
    - \`tls/untestable-too\`

    Broker 1: could not run: It hung.

    - \`tls/broken\`

    Broker 2: no result: It died.

    - \`tls/later\`

    1 behaves differently, 4 apply to one only (3 changes), 2 show the same, 4 could not be compared."
  `);
});

test('nothing differs between a broker and itself', () => {
  const itself = comparisonText(
    compare(matrixOf(matrix.rows.slice(0, 3)), 'old', 'old'),
    () => '',
    picocolors,
  );
  expect(itself).toContain(
    '0 behave differently, 0 apply to one only (0 changes), 3 show the same, 0 could not be compared.',
  );
});
