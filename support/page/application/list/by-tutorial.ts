import type { MatrixRow } from '../../../matrix/matrix.ts';
import { byArea } from './by-area.ts';
import type { Group } from './groups.ts';

const numbers = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
const tutorials = numbers.map((number) => `tutorial ${number}`);

/** The claims by the tutorials of the broker, and then by the other documents from which they were taken. */
export function byTutorial(rows: readonly MatrixRow[]): Group[] {
  const tags = new Set(rows.flatMap((row) => row.tags));
  const others = [...tags].filter((tag) => !tutorials.includes(tag)).sort();
  const named = [...tutorials.filter((tag) => tags.has(tag)), ...others].map((tag) => ({
    name: tag,
    url: tutorials.includes(tag)
      ? `https://www.rabbitmq.com/tutorials/${tag.replace(' ', '-')}-python`
      : undefined,
    parts: partsOf(rows.filter((row) => row.tags.includes(tag))),
  }));
  const rest = rows.filter((row) => row.tags.length === 0);
  return rest.length === 0 ? named : [...named, { name: 'of the documentation alone', parts: partsOf(rest) }];
}

function partsOf(rows: readonly MatrixRow[]): Group['parts'] {
  return byArea(rows).map(({ name, parts }) => ({ name, rows: parts.flatMap((part) => part.rows) }));
}
