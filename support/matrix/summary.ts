import picocolors from 'picocolors';
import { aligned } from '../evidence/aligned.ts';
import { paint, verdictNames } from '../verdict/style.ts';
import type { Matrix } from './matrix.ts';

/** How many claims have each verdict on each broker, a line for each broker. */
export function countsTable({ columns, rows }: Matrix): string {
  const counted = columns.map(({ id, title, failure, findings }) => ({
    title,
    notes: [...(failure === undefined ? [] : [failure.split('\n')[0] ?? failure]), ...findings],
    counts: verdictNames.map((name) => rows.filter(({ cells }) => cells[id]?.verdict === name).length),
  }));
  const shown = verdictNames.filter((_, index) => counted.some(({ counts }) => counts[index] !== 0));
  return aligned(
    [
      ['', ...shown.map((name) => paint(name, name, picocolors))],
      ...counted.map(({ title, notes, counts }) => [
        title,
        ...shown.map((name) => String(counts[verdictNames.indexOf(name)] || '·')),
        ...(notes.length === 0 ? [] : [picocolors.red(notes.join(' '))]),
      ]),
    ],
    shown.map((_, index) => index + 1),
  ).join('\n');
}
