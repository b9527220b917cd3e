import type { MatrixRow } from '../matrix.ts';

export interface Topic {
  name: string;
  rows: MatrixRow[];
}

export interface Area {
  name: string;
  rows: MatrixRow[];
  topics: Topic[];
}

/** The rows by area and topic, in the order in which these first occur. */
export function areasOf(rows: readonly MatrixRow[]): Area[] {
  return groupedBy(rows, ({ area }) => area).map(([name, ofArea]) => ({
    name,
    rows: ofArea,
    topics: groupedBy(ofArea, ({ topic }) => topic).map(([topic, ofTopic]) => ({
      name: topic,
      rows: ofTopic,
    })),
  }));
}

/** Items of the same key together, in the order in which the keys first occur. */
export function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups];
}
