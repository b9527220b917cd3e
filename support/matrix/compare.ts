import type { QueueType } from '../broker/queue-type.ts';
import { areAlike, outcomesOf, wasSeen } from './alike.ts';
import type {
  Applying,
  Compared,
  Comparison,
  Difference,
  Incomparable,
  Obstacle,
  Shown,
} from './comparison.ts';
import type { Matrix, MatrixCell, MatrixColumn, MatrixOutcome } from './matrix.ts';
import { succeeded } from './succeeded.ts';

/**
 * Compares two columns of a matrix. Whether somebody has shown that a spec can fail is no difference between
 * brokers: proven and holds are the same here.
 */
export function compare({ columns, rows }: Matrix, from: string, to: string): Comparison {
  const columnOf = (id: string) => columns.find((column) => column.id === id);
  const [first, second] = [columnOf(from), columnOf(to)];
  const different: Difference[] = [];
  const applying: { from: Applying[]; to: Applying[] } = { from: [], to: [] };
  const groups = new Map<string, Incomparable>();
  let same = 0;
  for (const row of rows) {
    const { id, area, says, documented, cells } = row;
    const pairs = pairsOf(cells[from], cells[to]).filter(({ kind }) => kind !== 'neither');
    if (pairs.length > 0 && pairs.every(({ kind }) => kind === 'same')) same += 1;
    for (const { kind, queueType, from: one, to: other } of pairs) {
      const claim: Compared = {
        id,
        area,
        says,
        documented,
        ...(queueType === undefined ? {} : { queueType }),
      };
      if (kind === 'different' && one !== undefined && other !== undefined)
        different.push({ ...claim, from: shown(one), to: shown(other) });
      else if (kind === 'from' && one !== undefined) applying.from.push({ ...claim, ...applies(one, other) });
      else if (kind === 'to' && other !== undefined) applying.to.push({ ...claim, ...applies(other, one) });
      else if (kind === 'incomparable') {
        const obstacles = [...obstacle(from, first, one), ...obstacle(to, second, other)];
        const key = JSON.stringify(obstacles);
        const group = groups.get(key) ?? { obstacles, claims: [] };
        groups.set(key, group);
        group.claims.push(claim);
      }
    }
  }
  return {
    from: { id: from, title: first?.title ?? from },
    to: { id: to, title: second?.title ?? to },
    different,
    appliesToOne: succeeded(rows, applying),
    incomparable: [...groups.values()].sort((one, other) => other.claims.length - one.claims.length),
    same,
  };
}

/** `from`, `to`: it applies to that one alone. */
type Kind = 'different' | 'from' | 'to' | 'incomparable' | 'same' | 'neither';

interface Pair {
  kind: Kind;
  queueType?: QueueType;
  from: MatrixOutcome | undefined;
  to: MatrixOutcome | undefined;
}

/** What there is to compare: by the queue types that both have, unless these agree. */
function pairsOf(one: MatrixCell | undefined, other: MatrixCell | undefined): Pair[] {
  const whole: Pair = { kind: kindOf(one, other), from: one, to: other };
  if (one === undefined || other === undefined) return [whole];
  const ofOther = new Map(outcomesOf(other).map(({ type, outcome }) => [type, outcome]));
  const typed = outcomesOf(one).flatMap(({ type, outcome }): Pair[] => {
    const its = ofOther.get(type);
    return type === undefined || its === undefined
      ? []
      : [{ kind: kindOf(outcome, its), queueType: type, from: outcome, to: its }];
  });
  const agree = typed.every(
    ({ kind, from, to }) =>
      kind === whole.kind && (kind === 'same' || (isLike(from, whole.from) && isLike(to, whole.to))),
  );
  return agree ? [whole] : typed;
}

function kindOf(one: MatrixOutcome | undefined, other: MatrixOutcome | undefined): Kind {
  if (one === undefined || other === undefined) return 'incomparable';
  const [applies, otherApplies] = [one, other].map(({ verdict }) => verdict !== 'not applicable');
  if (applies !== otherApplies) return applies ? 'from' : 'to';
  if (!applies) return 'neither';
  if (!wasSeen(one.verdict) || !wasSeen(other.verdict)) return 'incomparable';
  return areAlike(one.verdict, other.verdict) ? 'same' : 'different';
}

function isLike(one: MatrixOutcome | undefined, other: MatrixOutcome | undefined): boolean {
  return areAlike(one?.verdict ?? 'no result', other?.verdict ?? 'no result');
}

function shown({ verdict, reason }: MatrixOutcome): Shown {
  return { verdict, ...(reason === undefined ? {} : { reason }) };
}

function applies(there: MatrixOutcome, elsewhere: MatrixOutcome | undefined): Shown & { notThere?: string } {
  return { ...shown(there), ...(elsewhere?.reason === undefined ? {} : { notThere: elsewhere.reason }) };
}

function obstacle(
  broker: string,
  column: MatrixColumn | undefined,
  outcome: MatrixOutcome | undefined,
): Obstacle[] {
  if (outcome !== undefined && wasSeen(outcome.verdict)) return [];
  const reason = outcome === undefined ? column?.failure : outcome.reason;
  return [{ broker, outcome: outcome?.verdict ?? 'no result', ...(reason === undefined ? {} : { reason }) }];
}
