import type { ComponentChildren, VNode } from 'preact';
import type { MatrixColumn, MatrixRow } from '../../../matrix/matrix.ts';
import { ViewLink } from '../links.tsx';
import type { BadTrial, PageData } from '../../page-data.ts';
import { trialResults } from '../../../verdict/trial.ts';
import { Mark } from '../marks/mark.tsx';
import { outcomesOf } from '../../../matrix/alike.ts';

/** What is bad or unexpected, a sentence each; that nothing is, where nothing is. */
export function Attention({ data: { matrix, badTrials = [] } }: { data: PageData }): VNode {
  const { columns, rows } = matrix;
  const ofBrokers = columns.flatMap((column) => [
    ...troublesOf(column),
    ...badOf(rows, column, 'violated', columns.length > 1),
    ...badOf(rows, column, 'could not run', columns.length > 1),
  ]);
  const items = [...ofBrokers, ...badTrials.map(untrusted)];
  return (
    <section aria-labelledby="attention">
      <h2 id="attention">What asks for attention</h2>
      {items.length === 0 ? (
        <p>Nothing: no claim is violated, and each could be judged that applies here and can be tested.</p>
      ) : (
        <ul class="attention">{items}</ul>
      )}
    </section>
  );
}

/** What went wrong beside the claims. */
function troublesOf({ id, title, failure, problems, findings, notRun }: MatrixColumn): VNode[] {
  const troubles = [
    ...(failure === undefined ? [] : [`It could not be tried to the end: ${failure}`]),
    ...problems.filter((problem) => failure === undefined || !failure.includes(problem)),
    ...findings.map((finding) => `It is not as its profile says: ${finding}`),
    ...(notRun > 0 ? [`${notRun} claims were not tried: the run was interrupted.`] : []),
  ];
  return troubles.map((trouble) => (
    <Item key={`${id} ${trouble}`}>
      <strong>{title}</strong> <span class="failure">{trouble}</span>
    </Item>
  ));
}

function badOf(
  rows: readonly MatrixRow[],
  column: MatrixColumn,
  verdict: 'violated' | 'could not run',
  isNamed: boolean,
): VNode[] {
  return rows.flatMap((row) => {
    const cell = row.cells[column.id];
    if (cell === undefined) return [];
    return outcomesOf(cell)
      .filter(({ outcome }) => outcome.verdict === verdict)
      .map(({ type, outcome }) => (
        <Item key={`${column.id} ${row.id} ${type}`}>
          <Mark outcome={verdict} />{' '}
          <ViewLink to={{ at: 'claim', claim: row.id, broker: column.id, queues: type }}>{row.says}</ViewLink>{' '}
          <span class="faint">
            {isNamed && `${column.title} · `}
            {type !== undefined && `${type} queues · `}
            {row.id}
          </span>
          <span class="reason">{firstLine(outcome.reason ?? outcome.errors[0] ?? '')}</span>
        </Item>
      ));
  });
}

/** A spec that can't be trusted, by what it did against a broker that was made wrong, or not. */
function untrusted({ claim, queueType, mutant, says, result, message }: BadTrial): VNode {
  return (
    <Item key={`${claim} ${queueType} ${mutant}`}>
      <strong class="bad">{result}</strong>{' '}
      <ViewLink to={{ at: 'claim', claim, queues: queueType }}>{claim}</ViewLink> against a broker that {says}{' '}
      <span class="faint">{mutant}</span>
      <span class="reason">{message === undefined ? trialResults[result] : firstLine(message)}</span>
    </Item>
  );
}

function Item({ children }: { children: ComponentChildren }): VNode {
  return <li>{children}</li>;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
