/** Brings a claim's row into sight, and the focus to it. */
export function goToClaim(claim: string): void {
  const row = document.querySelector(`[data-claim="${CSS.escape(claim)}"]`);
  row?.scrollIntoView({ block: 'center' });
  row?.querySelector('a')?.focus({ preventScroll: true });
}
