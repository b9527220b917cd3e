import { fragmentOf } from './address.ts';

/** Brings a claim's row into sight, and the focus to it unless the focus is in it already. */
export function goToClaim(claim: string): void {
  const row = document.getElementById(rowId(claim));
  if (row === null) return;
  const { top, bottom } = row.getBoundingClientRect();
  if (top < 140 || bottom > innerHeight) row.scrollIntoView({ block: 'center' });
  if (!row.contains(document.activeElement)) row.querySelector('a')?.focus({ preventScroll: true });
}

/** Brings the focus to the verdict of a broker on a claim. */
export function goToCell(column: string, claim: string): void {
  const row = document.getElementById(rowId(claim));
  const link = [...(row?.querySelectorAll('a') ?? [])].find(
    ({ hash }) => hash === fragmentOf({ view: { at: 'cell', column, claim } }),
  );
  (link ?? row?.querySelector('a'))?.focus({ preventScroll: true });
}

/** Not the claim's fragment: the browser itself must not scroll to the row. */
export function rowId(claim: string): string {
  return `row ${claim}`;
}
