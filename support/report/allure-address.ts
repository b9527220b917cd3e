import { createHash } from 'node:crypto';

import type { QueueType } from '../broker/queue-type.ts';
import { outcomeName } from '../verdict/outcome-name.ts';

/** Where the Allure report lies in the folder of reports. */
export const allureFile = 'allure/index.html';

/**
 * The address of a claim's outcome in the Allure report, relative to the folder of reports: `allure/index.html#…`. It
 * is the same in each run.
 *
 * @param queueType of the queues with which its spec ran; absent where the claim is not about queues
 */
export function allureAddress(claimId: string, queueType: QueueType | undefined): string {
  // Allure's own way from the uuid of a result to its id
  const id = createHash('md5').update(outcomeName(claimId, queueType)).digest('hex');
  return `${allureFile}#${id}`;
}
