import type { MatrixRow } from '../../../matrix/matrix.ts';
import { type Group, groupedBy } from './groups.ts';

/** The claims by area and topic, in the order in which these first occur. */
export function byArea(rows: readonly MatrixRow[]): Group[] {
  return groupedBy(rows, ({ area }) => area).map(([name, ofArea]) => ({
    name,
    parts: groupedBy(ofArea, ({ topic }) => topic).map(([topic, ofTopic]) => ({
      name: topic,
      rows: ofTopic,
    })),
  }));
}
