import { type Colors, paint } from '../verdict/style.ts';
import { type Changes, countsOfChanges, groupsOf, namesInWords } from './changes.ts';

/** What has changed since an earlier run, for a terminal or a log. */
export function changesText(changes: Changes, colors: Colors): string {
  const { title, endedAt } = changes.baseline;
  const groups = groupsOf(changes).flatMap(({ from, to, reason, names }) => [
    `  ${paint(from, from, colors)} → ${paint(to, to, colors)}: ${namesInWords(names)}`,
    ...(reason === undefined ? [] : [colors.dim(`    ${reason.split('\n', 1).join('')}`)]),
  ]);
  const counts = countsOfChanges(changes);
  return [
    `Since the run on ${title} that ended ${endedAt.slice(0, 16).replace('T', ' ')} UTC:`,
    ...groups,
    ...(counts === '' ? [] : [`  ${counts}`]),
  ].join('\n');
}
