import { setTimeout as pause } from 'node:timers/promises';
import { type LinkFault, type NodeName, nodeNames } from '../broker/broker.ts';
import type { FaultKind } from './history.ts';

/** A cluster, as far as a history disturbs it. Each resolves when the nodes and a client have witnessed it. */
export interface HistoryCluster {
  kill(node: NodeName): Promise<void>;
  start(node: NodeName): Promise<void>;
  pause(node: NodeName): Promise<void>;
  resume(node: NodeName): Promise<void>;
  disturb(links: readonly LinkFault[]): Promise<void>;
  heal(): Promise<void>;
}

/** What happens to nodes. */
export type NodeFaultKind = Exclude<FaultKind, 'kill' | 'restart' | 'reset' | 'stall'>;

/**
 * A node that is suspended for longer may be taken for gone by the others, in milliseconds: they notice after three quarters
 * of their tick at the earliest, and Mnesia stays divided then.
 */
const longestPauseMs = 2_500;

/** A fault that is to happen to nodes. */
interface NodeFault {
  what: NodeFaultKind;
  /** To which, where it is not all. */
  node: NodeName;
  /** Is told what becomes of a node. */
  tells: (of: NodeName, happened: string) => void;
}

/**
 * Does something to a node, and takes it back.
 *
 * @param meanwhile what is waited for before it is taken back: the history goes on with the other nodes
 */
export async function happenToNode(
  { what, node, tells }: NodeFault,
  cluster: HistoryCluster,
  meanwhile: () => Promise<void>,
): Promise<void> {
  if (what === 'node kill' || what === 'rolling kill') {
    for (const each of what === 'node kill' ? [node] : (['b', 'c'] as const)) {
      await cluster.kill(each);
      tells(each, 'was killed');
      await meanwhile();
      await cluster.start(each);
      tells(each, 'runs again');
    }
  } else if (what === 'node pause') {
    await cluster.pause(node);
    tells(node, 'is suspended');
    await Promise.race([meanwhile(), pause(longestPauseMs)]);
    await cluster.resume(node);
    tells(node, 'goes on');
  } else {
    await cluster.disturb(linksOf(node, what));
    tells(node, what === 'node unheard' ? 'is heard by nobody' : 'reaches nobody');
    await meanwhile();
    await cluster.heal();
    tells(node, 'reaches the others again');
  }
}

function linksOf(node: NodeName, what: 'node cut off' | 'node unreachable' | 'node unheard'): LinkFault[] {
  const others = nodeNames.filter((other) => other !== node);
  const how = what === 'node cut off' ? 'cut' : 'stalled';
  const said = others.map((other) => ({ from: node, to: other, how }) as const);
  const heard = others.map((other) => ({ from: other, to: node, how }) as const);
  return what === 'node unreachable' ? [...said, ...heard] : said;
}
