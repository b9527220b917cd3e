import { UsageError } from '../../errors.ts';
import type { Provider } from '../broker.ts';
import { findEngine } from './find-engine.ts';

/** The image that is taken when `BROKER_IMAGE` does not name another. */
const defaultImage = 'rabbitmq:4-management';

/**
 * A broker in a container of its own, from the image of `BROKER_IMAGE`: any of RabbitMQ with the management plugin
 * and with `rabbitmqctl` on its path, or any of another broker whose labels tell a user of it
 * (`brokerproof.username`, `brokerproof.password`). It can be upgraded in place to the image of `UPGRADE_IMAGE`, if there is
 * one: with `UPGRADE_ANYWAY`, also where the documentation knows no such step. The engine is that of `DOCKER_HOST`, or the one of this machine.
 */
export function containerProvider(environment: NodeJS.ProcessEnv): Provider {
  const image = environment['BROKER_IMAGE'] || defaultImage;
  const { UPGRADE_IMAGE: next, UPGRADE_ANYWAY: anyway } = environment;
  const upgrade = next ? { image: next, anyway: Boolean(anyway) } : undefined;
  return {
    name: 'container',
    async available() {
      const engine = await findEngine(environment);
      return engine.works ? { works: true, why: `${engine.why}, to run ${image}` } : engine;
    },
    async start(signal, say) {
      const engine = await findEngine(environment);
      if (!engine.works) throw new UsageError(`A container can't be started: ${engine.why}.`, engine.cure);

      // Testcontainers takes longer to load than most specs to run, so only who needs it pays.
      const { startContainer } = await import('./broker.ts');
      return await startContainer({ image, upgrade }, signal, say);
    },
    async startCluster(signal) {
      const engine = await findEngine(environment);
      if (!engine.works) throw new UsageError(`A container can't be started: ${engine.why}.`, engine.cure);

      const { startContainers } = await import('./cluster.ts');
      return await startContainers(image, signal);
    },
  };
}
