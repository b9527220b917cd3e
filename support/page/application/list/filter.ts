import type { QueueType } from '../../../broker/queue-type.ts';
import type { Matrix, MatrixColumn, MatrixOutcome, MatrixRow } from '../../../matrix/matrix.ts';
import { areAlike, type Outcome } from '../../../matrix/alike.ts';
import { outcomeOf } from '../marks/outcomes.ts';

/** Whether somebody has seen the spec fail as it must. */
export const proofKinds = ['proven', 'unproven'] as const;

/** Which claims the reader wants to see; an empty text asks for nothing. */
export interface Filter {
  /** Words that a claim's id, sentence, topic, tags or documentation must contain, all of them. */
  search: string;
  /** On one of the brokers that are shown, or that these differ. */
  verdict: Outcome | 'differs' | '';
  area: string;
  /** Claims that were tried with this type of queues, and what they showed with it. */
  queues: QueueType | '';
  proof: (typeof proofKinds)[number] | '';
  /** A capability that the claim needs. */
  needs: string;
  /** The ids of the brokers; absent: all. */
  brokers?: readonly string[] | undefined;
}

export const everything: Filter = { search: '', verdict: '', area: '', queues: '', proof: '', needs: '' };

/** Whether some claims are left out. */
export function leavesOut({ brokers: _, ...filter }: Filter): boolean {
  return Object.values(filter).some((value) => value.trim() !== '');
}

/** The brokers that the filter lets through; all where it would let none. */
export function shownColumns({ columns }: Matrix, { brokers }: Filter): MatrixColumn[] {
  const shown = columns.filter(({ id }) => brokers?.includes(id) ?? true);
  return shown.length === 0 ? columns : shown;
}

/** What a claim showed on a broker, with the queue type that is asked for. */
export function shownOutcome(
  { cells }: MatrixRow,
  column: MatrixColumn,
  queues: Filter['queues'],
): MatrixOutcome | undefined {
  const cell = cells[column.id];
  return queues === '' ? cell : cell?.outcomes?.[queues];
}

export function shownRows(
  rows: readonly MatrixRow[],
  columns: readonly MatrixColumn[],
  filter: Filter,
): MatrixRow[] {
  const words = filter.search.toLowerCase().split(/\s+/);
  return rows.filter(
    (row) =>
      (filter.area === '' || row.area === filter.area) &&
      (filter.needs === '' || row.needs.includes(filter.needs)) &&
      showsWhatIsAsked(row, columns, filter) &&
      words.every((word) => textOf(row).includes(word)),
  );
}

function showsWhatIsAsked(
  row: MatrixRow,
  columns: readonly MatrixColumn[],
  { queues, verdict, proof }: Filter,
): boolean {
  const shown = columns.map((column) => shownOutcome(row, column, queues));
  if (queues !== '' && shown.every((outcome) => outcome === undefined)) return false;
  const outcomes = shown.map(outcomeOf);
  if (proof === 'proven' && !outcomes.includes('proven')) return false;
  if (proof === 'unproven' && !outcomes.includes('holds')) return false;
  if (verdict === 'differs') return doDiffer(outcomes);
  return verdict === '' || outcomes.includes(verdict);
}

function doDiffer(all: readonly Outcome[]): boolean {
  // A broker that has no result is no witness that the others differ
  const outcomes = all.filter((name) => name !== 'no result');
  const [first] = outcomes;
  return first !== undefined && outcomes.some((other) => !areAlike(first, other));
}

const texts = new WeakMap<MatrixRow, string>();

function textOf(row: MatrixRow): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const documentation = row.documented.flatMap(({ title, url }) => [title, url]);
  const text = [row.id, row.says, row.topic, ...row.tags, ...documentation].join(' ').toLowerCase();
  texts.set(row, text);
  return text;
}
