import type { QueueType } from '../broker/queue-type.ts';

/** How a claim's outcome is called, with the type of the queues with which its spec ran: `consuming/fifo (quorum)`. */
export function outcomeName(id: string, queueType: QueueType | undefined): string {
  return queueType === undefined ? id : `${id} (${queueType})`;
}
