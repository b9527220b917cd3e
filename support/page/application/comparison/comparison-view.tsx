import type { VNode } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { compare } from '../../../matrix/compare.ts';
import { type Change, type Comparison, countsOf, parted } from '../../../matrix/comparison.ts';
import type { Matrix, MatrixColumn } from '../../../matrix/matrix.ts';
import { ChangeOfDocumentation } from './change.tsx';
import { ComparisonForm } from './comparison-form.tsx';
import { DifferenceOfBehaviour } from './difference.tsx';
import { IncomparableClaims } from './incomparable.tsx';

interface ComparisonViewProps {
  matrix: Matrix;
  /** Two brokers. */
  pair: readonly MatrixColumn[];
  /** The difference to go to. */
  claim: string | undefined;
}

/** What changes for somebody who goes from one broker to another. */
export function ComparisonView({ matrix, pair, claim }: ComparisonViewProps): VNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const [one, other] = pair.map(({ id }) => id);
  const comparison = useMemo(() => compare(matrix, one ?? '', other ?? ''), [matrix, one, other]);
  const { different, appliesToOne, incomparable, from, to } = comparison;
  const [replaced, alone] = parted(appliesToOne);
  const counts = countsOf(comparison);
  useEffect(() => {
    const wanted = claim === undefined ? null : document.querySelector(`[data-claim="${CSS.escape(claim)}"]`);
    if (wanted instanceof HTMLElement) {
      wanted.scrollIntoView();
      wanted.focus({ preventScroll: true });
    } else {
      scrollTo(0, 0);
      heading.current?.focus({ preventScroll: true });
    }
  }, [one, other, claim]);
  return (
    <>
      <header>
        <h1 ref={heading} tabIndex={-1}>
          {from.title} and {to.title} compared
        </h1>
        <ComparisonForm columns={matrix.columns} pair={pair} />
        <dl class="figures">
          <Figure
            name={counts.different === 1 ? 'behaves differently' : 'behave differently'}
            number={counts.different}
          />
          <Figure
            name={`${counts.appliesToOne === 1 ? 'applies' : 'apply'} to one only`}
            number={counts.appliesToOne}
          />
          <Figure name={counts.same === 1 ? 'shows the same' : 'show the same'} number={counts.same} />
          <Figure name="could not be compared" number={counts.incomparable} />
        </dl>
      </header>
      <main data-content>
        <DocumentedChanges
          id="replaced"
          title="The old and the new form of what was changed"
          changes={replaced}
          comparison={comparison}
        />
        <section aria-labelledby="different">
          <h2 id="different">What both were seen to do, and do differently</h2>
          {different.length === 0 && <p>Nothing.</p>}
          {different.map((each) => (
            <DifferenceOfBehaviour
              key={`${each.id} ${each.queueType}`}
              difference={each}
              pair={pair}
              isWanted={each.id === claim}
            />
          ))}
        </section>
        <DocumentedChanges
          id="applies"
          title="What is documented of one of both only"
          changes={alone}
          comparison={comparison}
        />
        {incomparable.length > 0 && (
          <section aria-labelledby="incomparable">
            <h2 id="incomparable">What could not be compared</h2>
            {incomparable.map((group) => (
              <IncomparableClaims key={JSON.stringify(group.obstacles)} group={group} pair={pair} />
            ))}
          </section>
        )}
      </main>
    </>
  );
}

interface DocumentedChangesProps {
  id: string;
  title: string;
  changes: readonly Change[];
  comparison: Comparison;
}

/** Nothing where there are none. */
function DocumentedChanges({ id, title, changes, comparison }: DocumentedChangesProps): VNode | null {
  if (changes.length === 0) return null;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {changes.map((change) => (
        <ChangeOfDocumentation
          key={`${change.from?.id} ${change.to?.id} ${change.to?.queueType ?? change.from?.queueType}`}
          change={change}
          comparison={comparison}
        />
      ))}
    </section>
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
