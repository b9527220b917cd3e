import { CouldNotRun } from '../errors.ts';
import type { Stage } from './stage.ts';

/**
 * Declares a replicated queue of the type under test with a member on each of these two nodes, and its leader on `a`. Which
 * other node is chosen is left to chance, so it may take several. For claims that need `cluster` and `ctl`.
 *
 * @returns its name
 * @throws CouldNotRun when the other member is on no node
 */
export async function onNodesAAndB({
  cluster,
  openChannel,
  queueType,
  uniqueName,
}: Pick<Stage, 'cluster' | 'openChannel' | 'queueType' | 'uniqueName'>): Promise<string> {
  const size = queueType === 'stream' ? 'x-initial-cluster-size' : 'x-quorum-initial-group-size';
  const channel = await openChannel();
  for (;;) {
    const { queue } = await channel.declareQueue(uniqueName('of-two'), { arguments: { [size]: 2 } });
    const members = (await cluster.membersOf([queue]))[0]?.members ?? [];
    if (members.includes('b')) return queue;
    if (!members.includes('c'))
      throw new CouldNotRun(`A queue of two members has them on ${members.join(' and ')}.`);
  }
}
