import type { VNode } from 'preact';
import type { MatrixRow } from '../../../matrix/matrix.ts';
import type { Trial } from '../../../report/results.ts';
import { outcomeName } from '../../../verdict/outcome-name.ts';
import { badResults, trialResults } from '../../../verdict/trial.ts';
import { Command } from '../command.tsx';
import type { OneOutcome } from './chosen-outcome.ts';
import type { Unpacked } from './details.ts';

interface SeenToFailProps {
  row: MatrixRow;
  chosen: OneOutcome;
  unpacked: Unpacked;
}

/** The brokers against which its spec was tried, and what it said. */
export function SeenToFail({ row, chosen, unpacked }: SeenToFailProps): VNode {
  const { column, type, outcome } = chosen;
  const trials = unpacked.details?.[outcomeName(column.id, type)]?.trials ?? [];
  const of = new Map(trials.map((trial) => [trial.mutant, trial]));
  const declared = new Set(row.refutedBy.map(({ name }) => name));
  const others = trials.filter(({ mutant, result }) => !declared.has(mutant) && result !== 'indifferent');
  const prove = `${(column.rerun ?? 'pnpm test').replace(/(?<=(?:pnpm|brokerproof) )test\b/, 'prove')} ${row.id}`;
  return (
    <section aria-labelledby="seen-to-fail">
      <h2 id="seen-to-fail">How its spec was seen to fail</h2>
      {row.irrefutable !== undefined && <p>No broken broker refutes it: {row.irrefutable}</p>}
      {trials.length === 0 && row.irrefutable === undefined && (
        <p>
          {outcome?.outdated ?? 'Nobody has seen this spec fail as it is now, on this broker.'} What shows it:{' '}
          <Command text={prove} />
        </p>
      )}
      <ul class="trials">
        {row.refutedBy.map(({ name, says }) => (
          <One key={name} name={name} says={says} trial={of.get(name)} />
        ))}
        {others.map((trial) => (
          <One key={trial.mutant} name={trial.mutant} says={trial.says} trial={trial} />
        ))}
      </ul>
    </section>
  );
}

function One({ name, says, trial }: { name: string; says: string; trial: Trial | undefined }): VNode {
  const { result, message } = trial ?? {};
  const tone = result === undefined ? 'plain' : badResults.has(result) ? 'bad' : 'good';
  return (
    <li>
      <span class={`result ${tone}`} title={result === undefined ? undefined : trialResults[result]}>
        {result ?? 'not tried'}
      </span>{' '}
      A broker that {says} <span class="faint">{name}</span>
      {message !== undefined && (
        <details>
          <summary>What the spec said</summary>
          <pre tabIndex={0}>{message}</pre>
        </details>
      )}
    </li>
  );
}
