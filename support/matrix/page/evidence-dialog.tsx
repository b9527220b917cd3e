import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { regressionText, seenText } from '../../verdict/regression-text.ts';
import type { Matrix, MatrixRow } from '../matrix.ts';
import { fragmentOf } from './address.ts';
import { goToCell } from './go-to.ts';
import { Judgement } from './judgement.tsx';
import { Sources } from './links.tsx';
import { Mark } from './mark.tsx';
import { outcomeOf, outcomes, outcomesOf } from './outcomes.ts';
import { Seen, useEvidence } from './seen.tsx';

interface EvidenceDialogProps {
  matrix: Matrix;
  /** Ids that the matrix knows. */
  column: string;
  claim: string;
}

/** What was seen of one claim on one broker. */
export function EvidenceDialog({ matrix, column: columnId, claim }: EvidenceDialogProps): VNode | null {
  const dialog = useRef<HTMLDialogElement>(null);
  const unpacked = useEvidence(claim);
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    return () => current?.close();
  }, []);
  useLayoutEffect(() => {
    dialog.current?.scrollTo(0, 0);
    return () => {
      // What is beneath a modal dialog takes no focus
      queueMicrotask(() => goToCell(columnId, claim));
    };
  }, [columnId, claim]);
  const row = matrix.rows.find(({ id }) => id === claim);
  const column = matrix.columns.find(({ id }) => id === columnId);
  if (row === undefined || column === undefined) return null;
  const cell = row.cells[columnId];
  const leave = (): void => {
    location.hash = fragmentOf({ view: { at: 'table', claim } });
  };
  return (
    <dialog
      ref={dialog}
      class="evidence"
      aria-labelledby="evidence-of"
      onClose={({ currentTarget }) => {
        // It closes too when the reader went elsewhere
        if (currentTarget.isConnected) leave();
      }}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) currentTarget.close();
      }}
    >
      <article>
        <header>
          <h2 id="evidence-of" tabIndex={-1} autofocus>
            <span class="broker">{column.title}</span>
            <span class="says">{row.says}</span>
          </h2>
          <button type="button" class="close" aria-label="Close" onClick={() => dialog.current?.close()}>
            ✕
          </button>
          <Sources row={row} />
        </header>
        <nav class="others" aria-label="This claim on all brokers">
          {matrix.columns.map(({ id, title }) => (
            <a
              key={id}
              href={fragmentOf({ view: { at: 'cell', column: id, claim } })}
              aria-current={id === columnId ? 'true' : undefined}
            >
              {title} <Mark outcome={outcomeOf(row.cells[id])} />
            </a>
          ))}
        </nav>
        <p class="means">{outcomes[outcomeOf(cell)].means}</p>
        <About row={row} />
        {(cell === undefined ? [{ type: undefined, outcome: undefined }] : outcomesOf(cell)).map(
          ({ type, outcome }) => (
            <section key={type} aria-label={type === undefined ? 'What was seen' : `With ${type} queues`}>
              <h3>{type === undefined ? 'What was seen' : `With ${type} queues`}</h3>
              <Judgement column={column} cell={outcome} />
              <Seen claim={claim} column={column} queueType={type} unpacked={unpacked} />
            </section>
          ),
        )}
        <footer>
          {cell !== undefined && <span>The spec took {duration(cell.duration)}.</span>}
          {row.tags.length > 0 && <span>Belongs to {row.tags.join(', ')}.</span>}
          {column.report !== undefined && <a href={column.report}>Report of {column.title}</a>}
        </footer>
      </article>
    </dialog>
  );
}

/** Of which queue types the claim does not speak, and which bugs would have refuted it. */
function About({ row: { queueTypes, regressions } }: { row: MatrixRow }): VNode | null {
  const exceptions = queueTypes.filter(({ because }) => because !== undefined);
  if (exceptions.length === 0 && regressions.length === 0) return null;
  return (
    <ul class="about">
      {exceptions.map(({ queueType, appliesTo = {}, because, documented }) => (
        <li key={queueType}>
          {Object.keys(appliesTo).length === 0
            ? `Not about ${queueType} queues`
            : `About ${queueType} queues of ${Object.entries(appliesTo)
                .filter(([product]) => product !== '*')
                .map(([product, range]) => `${product} ${range}`)
                .join(', ')}`}
          : {because}{' '}
          {documented !== undefined && (
            <a href={documented.url} rel="noreferrer">
              {documented.title}
            </a>
          )}
        </li>
      ))}
      {regressions.map((each) => (
        <li key={`${each.report} ${each.happened}`}>
          <a href={each.report} rel="noreferrer">
            {regressionText(each)}
          </a>
          ; {seenText(each)}.
        </li>
      ))}
    </ul>
  );
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
