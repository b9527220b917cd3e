import type { BrokerUnderTest } from '../broker/under-test/client.ts';
import { SetUp } from './set-up.ts';

/** Takes back all that specs did to a cluster, so that others find it whole; it may be another one then. */
export async function makeWhole(broker: BrokerUnderTest): Promise<void> {
  const { description } = await broker.state().catch(() => ({ description: undefined }));
  // One that died is made anew
  if (description !== undefined && description.nodes === undefined) return;
  if (await broker.restoreCluster()) SetUp.for(broker).forget();
}
