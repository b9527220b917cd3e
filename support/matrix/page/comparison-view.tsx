import type { VNode } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Matrix, MatrixColumn, MatrixRow } from '../matrix.ts';
import { areasOf } from './areas.ts';
import { ComparisonForm } from './comparison-form.tsx';
import { comparisonOf } from './comparison.ts';
import { Difference } from './difference.tsx';
import { Obstacles } from './incomparable.tsx';
import { ViewLink } from './links.tsx';

interface ComparisonViewProps {
  matrix: Matrix;
  /** Two brokers. */
  pair: readonly MatrixColumn[];
}

/** Where two brokers differ, and what could not be compared. */
export function ComparisonView({ matrix, pair }: ComparisonViewProps): VNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const comparison = useMemo(() => comparisonOf(matrix, pair), [matrix, pair]);
  const { differing, agreeing, incomparable } = comparison;
  useEffect(() => {
    scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [pair]);
  return (
    <>
      <header>
        <nav aria-label="Back">
          <ViewLink to={{ at: 'table' }}>← All brokers</ViewLink>
        </nav>
        <h1 ref={heading} tabIndex={-1}>
          {pair.map(({ title }) => title).join(' and ')} compared
        </h1>
        <ComparisonForm columns={matrix.columns} pair={pair} />
        <dl class="figures">
          <Figure
            name={differing.length === 1 ? 'claim differs' : 'claims differ'}
            number={differing.length}
          />
          <Figure name="alike" number={agreeing.length} />
          <Figure
            name="could not be compared"
            number={incomparable.reduce((sum, { rows }) => sum + rows.length, 0)}
          />
        </dl>
      </header>
      <main>
        <section aria-labelledby="differences">
          <h2 id="differences">Differences</h2>
          {differing.length === 0 ? (
            <p>No claim for which both were judged has different verdicts.</p>
          ) : (
            <Differences rows={differing} pair={pair} />
          )}
        </section>
        {incomparable.length > 0 && (
          <section aria-labelledby="incomparable">
            <h2 id="incomparable">Could not be compared</h2>
            {incomparable.map((group) => (
              <Obstacles key={JSON.stringify(group.obstacles)} group={group} />
            ))}
          </section>
        )}
      </main>
    </>
  );
}

function Figure({ name, number }: { name: string; number: number }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{number}</dd>
    </div>
  );
}

function Differences({ rows, pair }: { rows: readonly MatrixRow[]; pair: readonly MatrixColumn[] }): VNode {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const all = rows.map(({ id }) => id);
  const areAllUnfolded = all.every((id) => unfolded.has(id));
  const unfold = (id: string, isOpen: boolean): void =>
    setUnfolded((before) => new Set([...before].filter((other) => other !== id).concat(isOpen ? [id] : [])));
  return (
    <>
      <p class="folding">
        <button type="button" onClick={() => setUnfolded(new Set(areAllUnfolded ? [] : all))}>
          {areAllUnfolded ? 'Fold all timelines' : 'Unfold all timelines'}
        </button>
      </p>
      {areasOf(rows).map((area) => (
        <section key={area.name} aria-labelledby={`differences ${area.name}`}>
          <h3 id={`differences ${area.name}`}>
            {area.name} <span class="faint">{area.rows.length}</span>
          </h3>
          {area.rows.map((row) => (
            <Difference
              key={row.id}
              row={row}
              pair={pair}
              isUnfolded={unfolded.has(row.id)}
              unfold={(isOpen) => unfold(row.id, isOpen)}
            />
          ))}
        </section>
      ))}
    </>
  );
}
