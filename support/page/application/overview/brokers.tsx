import type { VNode } from 'preact';
import type { Matrix, MatrixColumn } from '../../../matrix/matrix.ts';
import { fragmentOf } from '../address.ts';
import { ComparisonForm } from '../comparison/comparison-form.tsx';
import { everything } from '../list/filter.ts';
import { countsOf } from '../marks/counts.ts';
import { classOf, Sign } from '../marks/mark.tsx';
import { outcomeNames } from '../marks/outcomes.ts';
import { secondsBetween } from './facts.tsx';

/** The brokers, with how often each verdict occurred on each; a number leads to these claims. */
export function Brokers({ matrix: { columns, rows } }: { matrix: Matrix }): VNode {
  const counted = columns.map((column) => ({
    column,
    counts: countsOf(rows.map(({ cells }) => cells[column.id])),
  }));
  const occurring = outcomeNames.filter((outcome) => counted.some(({ counts }) => counts.has(outcome)));
  return (
    <section aria-labelledby="brokers">
      <h2 id="brokers">Brokers</h2>
      <table class="brokers" role="table" aria-labelledby="brokers">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">
              Broker
            </th>
            {occurring.map((outcome) => (
              <th key={outcome} role="columnheader" scope="col" class={`number ${classOf(outcome)}`}>
                <Sign outcome={outcome} /> {outcome}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {counted.map(({ column, counts }) => (
            <tr key={column.id} role="row">
              <th role="rowheader" scope="row">
                <a
                  class="title"
                  href={fragmentOf({ at: 'list', order: 'claims' }, { ...everything, brokers: [column.id] })}
                >
                  {column.title}
                </a>
                <Origin column={column} />
              </th>
              {occurring.map((outcome) => {
                const count = counts.get(outcome) ?? 0;
                const those = { ...everything, verdict: outcome, brokers: [column.id] };
                return (
                  <td key={outcome} role="cell" class={`number ${count === 0 ? 'zero' : classOf(outcome)}`}>
                    <span class="inline" aria-hidden="true">
                      {outcome}{' '}
                    </span>
                    {count === 0 ? (
                      '0'
                    ) : (
                      <a href={fragmentOf({ at: 'list', order: 'claims' }, those)}>{count}</a>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      <ComparisonForm columns={columns} />
    </section>
  );
}

function Origin({ column: { source, provider, startedAt, endedAt } }: { column: MatrixColumn }): VNode {
  const details = [
    source === provider ? undefined : source,
    provider,
    startedAt === undefined || endedAt === undefined ? undefined : secondsBetween(startedAt, endedAt),
  ].filter((detail) => detail !== undefined);
  return <span class="origin">{details.join(' · ')}</span>;
}
