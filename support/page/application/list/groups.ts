import type { MatrixRow } from '../../../matrix/matrix.ts';

/** Claims under one heading of an order: an area, a page of the documentation, a class of the specification. */
export interface Group {
  /** Unique in its order. */
  name: string;
  /** Where its heading leads. */
  url?: string | undefined;
  parts: Part[];
}

/** Claims under one heading within a group: a topic, a section, a rule. */
export interface Part {
  /** Unique in its group. */
  name: string;
  url?: string | undefined;
  /** What is known of it beside its claims: the level of a rule, or that no claim speaks of it. */
  notes?: readonly string[];
  rows: readonly MatrixRow[];
}

/** How many claims it has; one that stands under several headings counts once. */
export function claimsOf({ parts }: Group): MatrixRow[] {
  return [...new Set(parts.flatMap(({ rows }) => rows))];
}

/**
 * What is left of groups where some claims are left out.
 *
 * @param shown the claims that are not left out
 * @param isWhole nothing is left out: headings without claims stay, as they tell what nothing was said of
 */
export function shownGroups(
  groups: readonly Group[],
  shown: ReadonlySet<MatrixRow>,
  isWhole: boolean,
): Group[] {
  if (isWhole) return [...groups];
  return groups
    .map((group) => ({
      ...group,
      parts: group.parts
        .map((part) => ({ ...part, rows: part.rows.filter((row) => shown.has(row)) }))
        .filter(({ rows }) => rows.length > 0),
    }))
    .filter(({ parts }) => parts.length > 0);
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
