import type { VNode } from 'preact';
import type { Matrix, MatrixColumn } from '../matrix.ts';
import { type Filter, isOfKind, type Kind, kinds } from './filter.ts';

interface ControlsProps {
  matrix: Matrix;
  columns: readonly MatrixColumn[];
  filter: Filter;
  /** How many claims the filter lets through. */
  shown: number;
  setFilter(changed: Partial<Filter>): void;
  foldAll(fold: boolean): void;
}

/** Searches and filters the claims, and folds all areas. */
export function Controls({ matrix, columns, filter, shown, setFilter, foldAll }: ControlsProps): VNode {
  const names = Object.keys(kinds).filter((name): name is Kind => name in kinds);
  return (
    <form class="controls" role="search" onSubmit={(event) => event.preventDefault()}>
      <input
        type="search"
        aria-label="Search by id or text"
        placeholder="Search by id or text"
        autocomplete="off"
        value={filter.search}
        onInput={({ currentTarget }) => setFilter({ search: currentTarget.value })}
      />
      <fieldset class="kinds">
        <legend class="aloud">Claims to show, by their verdicts on the shown brokers</legend>
        {names.map((kind) => (
          <label key={kind}>
            <input
              type="radio"
              name="kind"
              value={kind}
              checked={filter.kind === kind}
              onChange={() => setFilter({ kind })}
            />
            <span>
              {kinds[kind]}{' '}
              <span class="count">{matrix.rows.filter((row) => isOfKind(row, columns, kind)).length}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <span class="folding">
        <button type="button" onClick={() => foldAll(false)}>
          Unfold all
        </button>
        <button type="button" onClick={() => foldAll(true)}>
          Fold all
        </button>
      </span>
      <output>
        {shown} of {matrix.rows.length} claims
      </output>
    </form>
  );
}
