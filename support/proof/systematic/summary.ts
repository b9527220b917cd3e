import { aligned } from '../../evidence/aligned.ts';
import type { Colors } from '../../verdict/style.ts';
import { rateText, type SystematicCounts } from './rate.ts';
import type { Standing } from './course.ts';
import type { Unnoticed } from './unnoticed.ts';

/** What became of a systematic mutant, and what that says. */
export interface JudgedMutant extends Standing {
  /** Why no spec notices it, if that is known. */
  unnoticed?: Unnoticed;
  /** It survived and nothing says why, or it was killed in spite of a reason why it can't be. */
  isBad: boolean;
}

/** Puts to what became of the mutants why they are not noticed. */
export function judged(
  standings: readonly Standing[],
  unnoticed: ReadonlyMap<string, Unnoticed>,
): JudgedMutant[] {
  return standings.map((standing) => {
    const reason = unnoticed.get(standing.name);
    const { result } = standing;
    return {
      ...standing,
      ...(reason === undefined ? {} : { unnoticed: reason }),
      isBad:
        result !== 'not applicable' &&
        reason?.why !== 'timing' &&
        (result === 'killed') === (reason !== undefined),
    };
  });
}

/** Of those that apply to the broker, how many were killed, and of how many it is known why they can't be. */
export function countsOf(all: readonly JudgedMutant[]): SystematicCounts {
  const applying = all.filter(({ result }) => result !== 'not applicable');
  const killed = applying.filter(({ result }) => result === 'killed');
  const explained = applying.filter(
    ({ result, unnoticed }) => result !== 'killed' && unnoticed !== undefined,
  );
  return { mutants: applying.length, killed: killed.length, explained: explained.length };
}

/** The end of a proof with systematic mutants in words, for a terminal or a log. */
export function systematicSummaryText(all: readonly JudgedMutant[], colors: Colors): string {
  const counts = countsOf(all);
  const applying = all.filter(({ result }) => result !== 'not applicable');
  const kinds = [...new Set(applying.map(({ kind }) => kind))];
  const rows = kinds.map((kind) => {
    const own = applying.filter((each) => each.kind === kind);
    const killed = own.filter(({ result }) => result === 'killed').length;
    const rest = own.length - killed;
    return [kind, `${killed} of ${own.length} killed`, rest === 0 ? '' : colors.dim(`${rest} not`)];
  });
  const bad = applying.filter(({ isBad }) => isBad);
  return [
    aligned(rows, [1]).join('\n'),
    '',
    ...listed(
      'No spec noticed, and nothing says why',
      bad.filter(({ result }) => result !== 'killed'),
      colors,
    ),
    ...listed(
      'Killed in spite of a reason why nothing notices',
      bad.filter(({ result }) => result === 'killed'),
      colors,
    ),
    `${rateText(counts)} of ${counts.mutants} mutants were killed or are explained: ${counts.killed} killed, ${counts.explained} beyond what a client could tell or what is laid down.`,
  ].join('\n');
}

function listed(title: string, mutants: readonly JudgedMutant[], colors: Colors): string[] {
  if (mutants.length === 0) return [];
  return [
    colors.red(`${title}:`),
    ...mutants.map(({ name, says, by, tried, void: ofNoUse }) => {
      const how =
        by ?? (tried === 0 ? 'nothing to do in any spec' : `${tried} specs, ${ofNoUse} of them void`);
      return `  a broker that ${says} (${name}): ${how}`;
    }),
  ];
}
