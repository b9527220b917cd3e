import type { FieldTable } from '../../wire/index.ts';

/** Whether arguments of a declaration ask for a quorum queue. */
export function isQuorum(given: FieldTable): boolean {
  return given.some(
    ([key, { tag, value }]) =>
      key.toString() === 'x-queue-type' && tag === 'S' && value.toString() === 'quorum',
  );
}
