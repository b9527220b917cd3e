const steps: Record<string, readonly [down: number, right: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** In a table, arrow keys move the focus from verdict to verdict, so that nobody has to tab through all. */
export function moveByArrows(event: KeyboardEvent): void {
  const step = steps[event.key];
  const cell = event.target instanceof Element ? event.target.closest('td, th') : null;
  const row = cell?.closest('tr');
  const table = row?.closest('table');
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  if (!(cell instanceof HTMLTableCellElement) || row === null || row === undefined || !table) return;
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter(({ cells }) => hasLink(cells[0]));
  const [down, right] = step;
  const column = cell.cellIndex + right;
  const reached = rows[rows.indexOf(row) + down]?.cells[column];
  const target = reached?.querySelector<HTMLElement>('a, button');
  if (target === undefined || target === null) return;
  event.preventDefault();
  target.focus();
}

function hasLink(cell: HTMLTableCellElement | undefined): boolean {
  return cell?.querySelector('a, button') !== null;
}
