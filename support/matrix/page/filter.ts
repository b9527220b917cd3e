import type { Matrix, MatrixColumn, MatrixRow } from '../matrix.ts';
import { areAlike, outcomeOf } from './outcomes.ts';

/** Which claims are asked for, by their verdicts on the brokers that are shown. */
export const kinds = {
  all: 'All',
  differs: 'Differs',
  violated: 'Violated',
  'not testable': 'Not testable',
} as const;
export type Kind = keyof typeof kinds;

/** What of the matrix the reader wants to see. */
export interface Filter {
  /** Words that a claim's id, sentence, topic or tags must contain, all of them. */
  search: string;
  kind: Kind;
  /** The ids of the brokers; absent: all. */
  brokers?: readonly string[] | undefined;
}

export const everything: Filter = { search: '', kind: 'all' };

/** Whether some claims are left out. */
export function leavesOut({ search, kind }: Filter): boolean {
  return search.trim() !== '' || kind !== 'all';
}

/** The brokers that the filter lets through; all where it would let none. */
export function shownColumns({ columns }: Matrix, { brokers }: Filter): MatrixColumn[] {
  const shown = columns.filter(({ id }) => brokers?.includes(id) ?? true);
  return shown.length === 0 ? columns : shown;
}

export function shownRows(
  rows: readonly MatrixRow[],
  columns: readonly MatrixColumn[],
  { search, kind }: Filter,
): MatrixRow[] {
  const words = search.toLowerCase().split(/\s+/);
  return rows.filter(
    (row) => isOfKind(row, columns, kind) && words.every((word) => textOf(row).includes(word)),
  );
}

export function isOfKind(row: MatrixRow, columns: readonly MatrixColumn[], kind: Kind): boolean {
  if (kind === 'all') return true;
  // A broker that has no result is no witness that the others differ
  const outcomes = columns.map(({ id }) => outcomeOf(row.cells[id])).filter((name) => name !== 'no result');
  const [first] = outcomes;
  if (kind === 'differs') return first !== undefined && outcomes.some((other) => !areAlike(first, other));
  return outcomes.includes(kind);
}

const texts = new WeakMap<MatrixRow, string>();

function textOf(row: MatrixRow): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = [row.id, row.says, row.topic, ...row.tags].join(' ').toLowerCase();
  texts.set(row, text);
  return text;
}
