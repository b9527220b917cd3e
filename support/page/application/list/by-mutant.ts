import type { MatrixRow } from '../../../matrix/matrix.ts';
import { type Group, groupedBy } from './groups.ts';

/** The claims by the mutants that must refute them: how a broker was made wrong, and who had to notice. */
export function byMutant(rows: readonly MatrixRow[]): Group[] {
  const groups = groupedBy(rows, ({ area }) => area).map(([name, ofArea]) => {
    const mutants = new Map(
      ofArea.flatMap(({ refutedBy }) => refutedBy).map((each) => [each.name, each.says]),
    );
    return {
      name,
      parts: [...mutants].map(([mutant, says]) => ({
        name: `A broker that ${says}`,
        notes: [mutant],
        rows: ofArea.filter(({ refutedBy }) => refutedBy.some((each) => each.name === mutant)),
      })),
    };
  });
  const irrefutable = rows.filter((row) => row.irrefutable !== undefined);
  const named = groups.filter(({ parts }) => parts.length > 0);
  if (irrefutable.length === 0) return named;
  const parts = irrefutable.map((row) => ({ name: row.irrefutable ?? '', rows: [row] }));
  return [...named, { name: 'beyond all mutants', parts }];
}
