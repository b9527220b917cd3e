import { bindingsOf } from './bindings.ts';
import { clientsOf, connectionsOf } from './connections.ts';
import { definitionsOf } from './definitions.ts';
import { exchangesOf } from './exchanges.ts';
import { featureFlagsOf } from './feature-flags.ts';
import { ManagementHttp, type ManagementOptions } from './http.ts';
import { limitsOf } from './limits.ts';
import { healthOf, nodesOf, overviewOf } from './nodes.ts';
import { permissionsOf, topicPermissionsOf } from './permissions.ts';
import { policiesOf } from './policies.ts';
import { type QueueCounters, queuesOf } from './queues.ts';
import { usersOf } from './users.ts';
import { virtualHostsOf } from './virtual-hosts.ts';

/** What only some users of the API may do, by the names of the capabilities that specs need. */
type UserCapability = 'administration' | 'policies';

/**
 * The management HTTP API of RabbitMQ (3.8 to 4.3) and of whatever else has it, in RabbitMQ's own terms. What belongs
 * to a virtual host is under {@link ManagementClient.in}: `management.in('/').queues.get('tasks')`.
 *
 * Of an answer only the name of what it is about has to be there; everything else is for who reads it to judge, and
 * `undefined` where the API does not say. In a listing, what has no name is left out. Every method rejects with
 * `ManagementError` for an answer with an error status, and with `CouldNotRun` where there is no answer, or none of
 * the expected form.
 */
export class ManagementClient {
  /** Requests for which there is no method here. */
  readonly http: ManagementHttp;
  readonly connections;
  readonly nodes;
  readonly #need: (capability: UserCapability) => void;

  /** @param need is told before something is used that not every user may do, and can forbid that by throwing */
  constructor(
    options: ManagementOptions | ManagementHttp,
    need: (capability: UserCapability) => void = () => {},
  ) {
    this.http = options instanceof ManagementHttp ? options : new ManagementHttp(options);
    this.connections = connectionsOf(this.http);
    this.nodes = nodesOf(this.http);
    this.#need = need;
  }

  /** The same API for somebody who may not use everything. @param need as for the constructor */
  limitedTo(need: (capability: UserCapability) => void): ManagementClient {
    return new ManagementClient(this.http, need);
  }

  get virtualHosts() {
    this.#need('administration');
    return virtualHostsOf(this.http);
  }

  get users() {
    this.#need('administration');
    return usersOf(this.http);
  }

  /** Of the whole broker; those of one virtual host are under `in(vhost)`. */
  get definitions() {
    this.#need('administration');
    return definitionsOf(this.http);
  }

  /** Everything within one virtual host. */
  in(vhost: string) {
    const [http, need] = [this.http, this.#need];
    return {
      queues: queuesOf(http, vhost),
      exchanges: exchangesOf(http, vhost),
      bindings: bindingsOf(http, vhost),
      ...clientsOf(http, vhost),
      get policies() {
        need('policies');
        return policiesOf(http, vhost, 'policies');
      },
      get operatorPolicies() {
        need('administration');
        return policiesOf(http, vhost, 'operator-policies');
      },
      get permissions() {
        need('administration');
        return permissionsOf(http, vhost);
      },
      get topicPermissions() {
        need('administration');
        return topicPermissionsOf(http, vhost);
      },
      get limits() {
        need('administration');
        return limitsOf(http, 'vhost-limits', vhost);
      },
      get definitions() {
        need('administration');
        return definitionsOf(http, vhost);
      },
    };
  }

  /** As `in(vhost).queues.counters(queue)`, which says how old the counters can be. */
  queueCounters(vhost: string, queue: string): Promise<QueueCounters> {
    return this.in(vhost).queues.counters(queue);
  }

  get featureFlags() {
    return featureFlagsOf(this.http);
  }

  overview() {
    return overviewOf(this.http);
  }

  /** A health check by the rest of its path: `alarms`, `virtual-hosts`, `port-listener/5672`. One that fails gives its reason. */
  health(check: string): Promise<{ healthy: boolean; reason: string | undefined }> {
    return healthOf(this.http, check);
  }

  /** Closes the connections to the API; requests in flight are finished first. */
  async close(): Promise<void> {
    await this.http.close();
  }
}
