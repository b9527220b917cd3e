import { UsageError } from '../../errors.ts';
import { withoutManagement } from '../../management/discovery.ts';
import type { Availability, Broker, Provider } from '../broker.ts';
import { reachAmqp, type ReachedBroker } from './amqp.ts';
import { ExternalBroker } from './broker.ts';
import { checkManagement, type ExternalManagement } from './management.ts';
import { type ExternalSettings, readExternalSettings } from './settings.ts';
import { reachCluster } from './start-cluster.ts';

/**
 * A broker that runs already: `AMQP_URL`, and `MANAGEMENT_URL` for the management API. `RESTART_COMMAND` and
 * `KILL_COMMAND` are shell commands for what only its owner can do. A listener that speaks TLS only is reached
 * through a tunnel on loopback; `AMQP_CA_FILE` is the authority of its certificate. Of a cluster, `AMQP_URL` has an
 * address of each of three nodes, to which `NODE_KILL_COMMAND` and the like do something.
 */
export function externalProvider(environment: NodeJS.ProcessEnv): Provider {
  return {
    name: 'external',
    async available(): Promise<Availability> {
      try {
        readExternalSettings(environment);
        return { works: true, why: 'AMQP_URL is set' };
      } catch (error) {
        if (error instanceof UsageError)
          return { works: false, why: error.problem.replace(/\.$/, ''), cure: error.cure };

        throw error;
      }
    },
    async start(signal: AbortSignal): Promise<Broker> {
      const settings = readExternalSettings(environment);
      signal.throwIfAborted();
      const reached = await reachAmqp(settings, signal);
      try {
        const broker = new ExternalBroker(settings, reached, await managementOf(settings, reached));
        signal.throwIfAborted();
        return broker;
      } catch (error) {
        await reached.close();
        throw error;
      }
    },
    async startCluster(signal: AbortSignal): Promise<Broker> {
      const settings = readExternalSettings(environment);
      signal.throwIfAborted();
      return await reachCluster(settings, async (reached) => await managementOf(settings, reached), signal);
    },
  };
}

async function managementOf(
  { amqp, management }: ExternalSettings,
  reached: ReachedBroker,
): Promise<ExternalManagement> {
  return management === undefined
    ? withoutManagement('no MANAGEMENT_URL was given')
    : await checkManagement(management, reached.amqp, amqp);
}
