import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { MatrixColumn } from '../../../matrix/matrix.ts';
import { fragmentOf } from '../address.ts';

interface ComparisonFormProps {
  columns: readonly MatrixColumn[];
  /** The brokers that are compared already; then a choice takes effect at once. */
  pair?: readonly MatrixColumn[];
}

/** Asks for two brokers to compare. */
export function ComparisonForm({ columns, pair }: ComparisonFormProps): VNode {
  const [picked, setPicked] = useState<readonly string[]>(columns.slice(0, 2).map(({ id }) => id));
  const [one = '', other = ''] = pair?.map(({ id }) => id) ?? picked;
  const compare = (ids: readonly [string, string]): void => {
    location.hash = fragmentOf({ at: 'comparison', brokers: ids });
  };
  const pick = (ids: readonly [string, string]): void => (pair === undefined ? setPicked(ids) : compare(ids));
  return (
    <form
      class="compare"
      onSubmit={(event) => {
        event.preventDefault();
        compare(pair === undefined ? [one, other] : [other, one]);
      }}
    >
      <label>
        Compare <Choice columns={columns} chosen={one} taken={other} choose={(id) => pick([id, other])} />
      </label>
      <label>
        with <Choice columns={columns} chosen={other} taken={one} choose={(id) => pick([one, id])} />
      </label>
      <button type="submit">{pair === undefined ? 'Compare' : 'Swap'}</button>
    </form>
  );
}

interface ChoiceProps {
  columns: readonly MatrixColumn[];
  chosen: string;
  taken: string;
  choose(id: string): void;
}

function Choice({ columns, chosen, taken, choose }: ChoiceProps): VNode {
  return (
    <select value={chosen} onChange={({ currentTarget }) => choose(currentTarget.value)}>
      {columns.map(({ id, title }) => (
        <option key={id} value={id} disabled={id === taken}>
          {title}
        </option>
      ))}
    </select>
  );
}
