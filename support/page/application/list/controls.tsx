import type { VNode } from 'preact';
import { queueTypes } from '../../../broker/queue-type.ts';
import type { Matrix } from '../../../matrix/matrix.ts';
import { outcomeNames } from '../marks/outcomes.ts';
import { type Filter, proofKinds } from './filter.ts';

interface ControlsProps {
  matrix: Matrix;
  filter: Filter;
  /** How many claims the filter lets through. */
  shown: number;
  setFilter(changed: Partial<Filter>): void;
  foldAll(all: 'folded' | 'unfolded'): void;
}

/** Searches and filters the claims, and folds all groups. */
export function Controls({
  matrix: { columns, rows },
  filter,
  shown,
  setFilter,
  foldAll,
}: ControlsProps): VNode {
  const areas = [...new Set(rows.map(({ area }) => area))];
  const needs = [...new Set(rows.flatMap((row) => row.needs))].sort();
  const types = queueTypes.filter((type) =>
    rows.some(({ cells }) => Object.values(cells).some(({ outcomes }) => outcomes?.[type] !== undefined)),
  );
  const verdicts = [...(columns.length > 1 ? ['differs'] : []), ...outcomeNames] as Filter['verdict'][];
  return (
    <form class="controls" role="search" onSubmit={(event) => event.preventDefault()}>
      <input
        type="search"
        aria-label="Search in ids, sentences, tags and documentation"
        placeholder="Search"
        autocomplete="off"
        value={filter.search}
        onInput={({ currentTarget }) => setFilter({ search: currentTarget.value })}
      />
      <Choice name="verdict" all="any verdict" values={verdicts} filter={filter} setFilter={setFilter} />
      <Choice name="area" all="all areas" values={areas} filter={filter} setFilter={setFilter} />
      <Choice name="queues" all="all queue types" values={types} filter={filter} setFilter={setFilter} />
      <Choice name="proof" all="proven or not" values={proofKinds} filter={filter} setFilter={setFilter} />
      <BrokerChoice columns={columns} brokers={filter.brokers} setFilter={setFilter} />
      <Choice name="needs" all="whatever it needs" values={needs} filter={filter} setFilter={setFilter} />
      <span class="folding">
        <button type="button" onClick={() => foldAll('unfolded')}>
          Unfold all
        </button>
        <button type="button" onClick={() => foldAll('folded')}>
          Fold all
        </button>
      </span>
      <output>
        {shown} of {rows.length} claims
      </output>
    </form>
  );
}

type Name = Exclude<keyof Filter, 'search' | 'brokers'>;

interface ChoiceProps<Of extends Name> {
  name: Of;
  /** What it is called when nothing is chosen. */
  all: string;
  values: readonly Filter[Of][];
  filter: Filter;
  setFilter(changed: Partial<Filter>): void;
}

const labels: Record<Name, string> = {
  verdict: 'Verdict',
  area: 'Area',
  queues: 'Queue type',
  proof: 'Proof',
  needs: 'Needs',
};

function Choice<Of extends Name>({ name, all, values, filter, setFilter }: ChoiceProps<Of>): VNode | null {
  const chosen = filter[name];
  if (values.length < 2 && chosen === '') return null;
  return (
    <select
      aria-label={labels[name]}
      value={chosen}
      class={chosen === '' ? '' : 'chosen'}
      onChange={({ currentTarget }) => {
        const value = values.find((each) => each === currentTarget.value) ?? '';
        setFilter({ [name]: value });
      }}
    >
      <option value="">{all}</option>
      {values.map((value) => (
        <option key={value} value={value}>
          {value}
        </option>
      ))}
    </select>
  );
}

interface BrokerChoiceProps {
  columns: Matrix['columns'];
  /** The ids of those that are shown; absent: all. */
  brokers: Filter['brokers'];
  setFilter(changed: Partial<Filter>): void;
}

/** One broker or all; an address may ask for some. */
function BrokerChoice({ columns, brokers, setFilter }: BrokerChoiceProps): VNode | null {
  if (columns.length < 2) return null;
  const [only, ...others] = brokers ?? [];
  return (
    <select
      aria-label="Broker"
      value={others.length === 0 ? (only ?? '') : ''}
      class={brokers === undefined ? '' : 'chosen'}
      onChange={({ currentTarget: { value } }) => setFilter({ brokers: value === '' ? undefined : [value] })}
    >
      <option value="">{others.length === 0 ? 'all brokers' : `${others.length + 1} brokers`}</option>
      {columns.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}
