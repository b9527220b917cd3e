import { isDeepStrictEqual } from 'node:util';
import type { ManagementClient } from '../../management/client.ts';

/** What a broker has and can do: by kind (`queues`, `feature flags` …) and name, with what is told of each. */
export type Inventory = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** By which of their fields definitions are told apart, as far as they have them. */
const naming = [
  'component',
  'name',
  'user',
  'source',
  'destination_type',
  'destination',
  'routing_key',
  'vhost',
];

/** So many names are told of those that are new, or gone. */
const mostNamed = 20;

/**
 * What the management API tells of a broker that outlives its release: its definitions, its feature flags, its types of
 * exchanges.
 *
 * @see https://www.rabbitmq.com/docs/definitions
 */
export async function inventoryOf(management: ManagementClient): Promise<Inventory> {
  const [definitions, flags, overview] = await Promise.all([
    management.definitions.export(),
    management.featureFlags.list(),
    management.overview(),
  ]);
  const listed = Object.entries(definitions).flatMap(([kind, each]) =>
    Array.isArray(each) ? [[kind.replaceAll('_', ' '), byName(each)] as const] : [],
  );
  return {
    ...Object.fromEntries(listed),
    'feature flags': Object.fromEntries(flags.map(({ name, state }) => [name, { state }])),
    'exchange types': Object.fromEntries((overview.exchange_types ?? []).map(({ name }) => [name, {}])),
  };
}

/**
 * What differs between two inventories, a sentence each.
 *
 * @returns none where they tell the same
 */
export function changesBetween(before: Inventory, after: Inventory): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((kind) => {
    const [old, now] = [before[kind] ?? {}, after[kind] ?? {}];
    const [gone, added] = [without(old, now), without(now, old)];
    return [
      ...(gone.length === 0 ? [] : [`${kind}: gone: ${named(gone)}`]),
      ...(added.length === 0
        ? []
        : [`${kind}: new: ${named(added.map((name) => `${name}${stateOf(now[name])}`))}`]),
      ...fieldsChanged(old, now).map((change) => `${kind}: ${change}`),
    ];
  });
}

function byName(listed: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(
    listed
      .filter(isRecord)
      .map((each) => [
        naming.flatMap((field) => (typeof each[field] === 'string' ? [each[field]] : [])).join(' '),
        Object.fromEntries(Object.entries(each).filter(([field]) => !naming.includes(field))),
      ]),
  );
}

/** What has changed in those that are there before and after: alike changes of several are told as one. */
function fieldsChanged(before: Inventory[string], after: Inventory[string]): string[] {
  const both = Object.keys(before).filter((name) => name in after);
  const changed = new Map<string, string[]>();
  for (const name of both) {
    for (const change of changesOf('', before[name], after[name]))
      changed.set(change, [...(changed.get(change) ?? []), name]);
  }
  return [...changed].map(([change, names]) => {
    const which = names.length === 1 ? `of ${names[0]}` : `of ${names.length} out of ${both.length}`;
    return `${change} (${which})`;
  });
}

function changesOf(field: string, before: unknown, after: unknown): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [`${field}: ${told(before)} → ${told(after)}`];
  const fields = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...fields].flatMap((each) =>
    changesOf(field === '' ? each : `${field}.${each}`, before[each], after[each]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function told(value: unknown): string {
  return value === undefined ? 'not told' : JSON.stringify(value);
}

function stateOf(each: unknown): string {
  return isRecord(each) && typeof each['state'] === 'string' ? ` (${each['state']})` : '';
}

function without(all: Inventory[string], others: Inventory[string]): string[] {
  return Object.keys(all).filter((name) => !(name in others));
}

function named(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return more > 0 ? `${names.slice(0, mostNamed).join(', ')} and ${more} more` : names.join(', ');
}
