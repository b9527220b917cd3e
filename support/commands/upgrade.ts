import { UsageError } from '../errors.ts';
import { namedBrokers, sourcesOf } from '../matrix/source.ts';
import { asTyped } from '../project.ts';
import { run as test } from './test.ts';

/**
 * Starts a broker, gives it data of each kind, stops it, and starts another release with this data: the claims of the area
 * `upgrades` tell what has survived, with the usual report.
 *
 * @throws UsageError when there are not two images, or the documentation does not allow the step
 */
export async function run(asked: readonly string[]): Promise<void> {
  const cure = `Give two images or names of fixtures/brokers.json: ${asTyped('upgrade')} rabbitmq:4.2-management rabbitmq:4.3-management`;
  if (asked.length !== 2)
    throw new UsageError(`${asTyped('upgrade')} takes two brokers, and was given ${asked.length}.`, cure);
  const [from, to] = sourcesOf(asked, namedBrokers()).map((source) => {
    const image = 'results' in source.from ? undefined : source.from.environment['BROKER_IMAGE'];
    if (image === undefined)
      throw new UsageError(`${source.text} is no image, and its data can't be given to another.`, cure);
    return image;
  });
  Object.assign(process.env, { BROKER: 'container', BROKER_IMAGE: from, UPGRADE_IMAGE: to });
  delete process.env['AMQP_URL'];
  await test(['upgrades'], {});
}
