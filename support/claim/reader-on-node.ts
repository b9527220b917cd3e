import type { Consumer, ConsumerOptions } from '../actors/consumer.ts';
import type { QueueName } from '../actors/names.ts';
import type { NodeName } from '../broker/broker.ts';
import { CouldNotRun, messageOf } from '../errors.ts';
import { askUntil } from '../waiting/until.ts';
import type { Stage } from './stage.ts';

/**
 * Starts a consumer of a stream on a node, as soon as it can: as long as the replica of that node does not run, which was
 * declared a moment ago, RabbitMQ refuses it there. For claims that need `cluster`.
 *
 * @throws CouldNotRun when it is refused still
 */
export async function readerOnNode(
  { consumer }: Pick<Stage, 'consumer'>,
  node: NodeName,
  stream: QueueName,
  options: ConsumerOptions,
): Promise<Consumer> {
  let refusal: unknown;
  const reader = await askUntil(
    async () =>
      await consumer(stream, { ...options, as: { node } }).catch((error: unknown) => {
        refusal = error;
        return undefined;
      }),
    (started) => started !== undefined,
  );
  if (reader === undefined)
    throw new CouldNotRun(`Nobody can read on ${node}: ${messageOf(refusal)}`, { cause: refusal });

  return reader;
}
