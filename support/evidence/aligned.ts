/** As a terminal is told of colours. Pages in a browser align texts too, so Node's own function won't do. */
const colour = new RegExp(String.raw`${String.fromCodePoint(0x1b)}\[[\d;]*m`, 'g');

function width(cell: string): number {
  return cell.replace(colour, '').length;
}

/**
 * Rows of cells as lines whose columns are aligned, two blanks apart. Cells may carry colours.
 *
 * @param right the columns that are aligned at their right, counted from 0
 */
export function aligned(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const [column, cell] of rows.flatMap((row) => [...row.entries()]))
    widths[column] = Math.max(widths[column] ?? 0, width(cell));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const padding = ' '.repeat((widths[column] ?? 0) - width(cell));
        return right.includes(column) ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}
