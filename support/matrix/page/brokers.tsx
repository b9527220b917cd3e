import type { VNode } from 'preact';
import type { Matrix, MatrixColumn } from '../matrix.ts';
import { ComparisonForm } from './comparison-form.tsx';
import { countsOf } from './counts.ts';
import { classOf, Sign } from './mark.tsx';
import { outcomeNames } from './outcomes.ts';

interface BrokersProps {
  matrix: Matrix;
  shown: readonly MatrixColumn[];
  setBrokers(ids: string[] | undefined): void;
}

/** The brokers, with how often each verdict occurred on each; here the reader picks which to see. */
export function Brokers({ matrix, shown, setBrokers }: BrokersProps): VNode {
  const { columns, rows } = matrix;
  const counted = columns.map((column) => ({ column, counts: countsOf(rows, column.id) }));
  const occurring = outcomeNames.filter((outcome) => counted.some(({ counts }) => counts.has(outcome)));
  const pick = (id: string, picked: boolean): void => {
    const ids = columns
      .map((column) => column.id)
      .filter((other) => (other === id ? picked : shown.some((column) => column.id === other)));
    setBrokers(ids.length === columns.length ? undefined : ids);
  };
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
            <th role="columnheader" scope="col">
              Report
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {counted.map(({ column, counts }) => {
            const isShown = shown.includes(column);
            return (
              <tr key={column.id} role="row" class={isShown ? undefined : 'unshown'}>
                <th role="rowheader" scope="row">
                  <label>
                    <input
                      type="checkbox"
                      checked={isShown}
                      disabled={isShown && shown.length === 1}
                      onChange={({ currentTarget }) => pick(column.id, currentTarget.checked)}
                    />
                    <span class="title">{column.title}</span>
                  </label>
                  <Origin column={column} />
                </th>
                {occurring.map((outcome) => {
                  const count = counts.get(outcome) ?? 0;
                  return (
                    <td key={outcome} role="cell" class={`number ${count === 0 ? 'zero' : classOf(outcome)}`}>
                      <span class="inline" aria-hidden="true">
                        {outcome}{' '}
                      </span>
                      {count}
                    </td>
                  );
                })}
                <td role="cell" class="report">
                  {column.report === undefined ? (
                    <span class="faint">none</span>
                  ) : (
                    <a href={column.report}>
                      Report<span class="aloud"> of {column.title}</span>
                    </a>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {columns.length > 1 && <ComparisonForm columns={columns} />}
    </section>
  );
}

function Origin({
  column: { source, provider, startedAt, endedAt, failure, findings },
}: {
  column: MatrixColumn;
}): VNode {
  const details = [
    source === provider ? undefined : source,
    provider,
    startedAt === undefined || endedAt === undefined
      ? undefined
      : `${Math.max(1, Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000))} s`,
  ].filter((detail) => detail !== undefined);
  return (
    <>
      <span class="origin">{details.join(' · ')}</span>
      {failure !== undefined && <span class="failure">{failure}</span>}
      {findings.map((finding) => (
        <span class="failure">{finding}</span>
      ))}
    </>
  );
}
