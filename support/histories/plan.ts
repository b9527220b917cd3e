import * as fc from 'fast-check';
import type { NodeName } from '../broker/broker.ts';
import { CouldNotRun } from '../errors.ts';
import type { FaultKind } from './history.ts';

/** Whose connections a fault strikes. */
const sides = ['publishers', 'consumers', 'all'] as const;
export type Side = (typeof sides)[number];

/** A fault that is to happen. */
export interface PlannedFault {
  what: FaultKind;
  /**
   * So many messages are confirmed, and a quarter as many delivered, since the fault before it or since the beginning: a busy
   * machine takes longer for the same history.
   */
  after: number;
  /** Whom it strikes; a kill, a restart and the first reset strike all. */
  side: Side;
  /** How long a stall lasts, in milliseconds. */
  lasting: number;
  /** To which node of a cluster it happens; the first fault of a node is of `b`. */
  node: NodeName;
}

/** What happens to single nodes of a cluster. */
const ofNodes: ReadonlySet<FaultKind> = new Set<FaultKind>([
  'node kill',
  'node pause',
  'node cut off',
  'node unreachable',
  'node unheard',
]);

/**
 * When faults happen, in which order and to whom: all by the seed alone.
 *
 * @param what the faults that are to happen
 */
export function planOf(seed: number, what: readonly FaultKind[]): PlannedFault[] {
  const fault = fc.record({
    after: fc.integer({ min: 40, max: 200 }),
    side: fc.constantFrom(...sides),
    lasting: fc.integer({ min: 200, max: 600 }),
  });
  const plan = fc
    .tuple(
      fc.shuffledSubarray([...what], { minLength: what.length }),
      fc.array(fault, { minLength: what.length, maxLength: what.length, size: 'max' }),
      fc.array(fc.constantFrom<NodeName>('b', 'c'), { minLength: what.length, maxLength: what.length }),
    )
    .map(([order, faults, nodes]) =>
      faults.map((each, place): PlannedFault => {
        const kind = order[place] ?? 'reset';
        // So that no seed spares one side altogether
        const isOfAll = kind === 'kill' || kind === 'restart' || place === order.indexOf('reset');
        const isFirst = place === order.findIndex((other) => ofNodes.has(other));
        const node = isFirst ? 'b' : (nodes[place] ?? 'b');
        return { ...each, what: kind, side: isOfAll ? 'all' : each.side, node };
      }),
    );
  const [planned] = fc.sample(plan, { seed, numRuns: 1 });
  if (planned === undefined) throw new CouldNotRun('No plan of faults could be made.');
  return planned;
}
