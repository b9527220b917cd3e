import { bindingsOf } from './bindings.ts';
import { clientsOf, connectionsOf } from './connections.ts';
import { definitionsOf } from './definitions.ts';
import { exchangesOf } from './exchanges.ts';
import { ManagementHttp, type ManagementOptions } from './http.ts';
import { limitsOf } from './limits.ts';
import { healthOf, nodesOf, overviewOf } from './nodes.ts';
import { permissionsOf, topicPermissionsOf } from './permissions.ts';
import { policiesOf } from './policies.ts';
import { type QueueCounters, queuesOf } from './queues.ts';
import { usersOf } from './users.ts';
import { virtualHostsOf } from './virtual-hosts.ts';

/**
 * RabbitMQ's management HTTP API (3.8 to 4.3), in RabbitMQ's own terms. What belongs to a virtual host
 * is under {@link ManagementClient.in}: `management.in('/').queues.get('tasks')`.
 *
 * Answers are checked for what specs rely on, and keep everything else that the API says. Every method
 * rejects with `ManagementError` for an answer with an error status, and with `CouldNotRun` where
 * there is no answer, or none of the expected form.
 */
export class ManagementClient {
  /** Requests for which there is no method here. */
  readonly http: ManagementHttp;
  readonly virtualHosts;
  readonly users;
  readonly connections;
  readonly nodes;
  /** Of the whole broker; those of one virtual host are under `in(vhost)`. */
  readonly definitions;

  constructor(options: ManagementOptions) {
    this.http = new ManagementHttp(options);
    this.virtualHosts = virtualHostsOf(this.http);
    this.users = usersOf(this.http);
    this.connections = connectionsOf(this.http);
    this.nodes = nodesOf(this.http);
    this.definitions = definitionsOf(this.http);
  }

  /** Everything within one virtual host. */
  in(vhost: string) {
    return {
      queues: queuesOf(this.http, vhost),
      exchanges: exchangesOf(this.http, vhost),
      bindings: bindingsOf(this.http, vhost),
      policies: policiesOf(this.http, vhost, 'policies'),
      operatorPolicies: policiesOf(this.http, vhost, 'operator-policies'),
      permissions: permissionsOf(this.http, vhost),
      topicPermissions: topicPermissionsOf(this.http, vhost),
      limits: limitsOf(this.http, 'vhost-limits', vhost),
      definitions: definitionsOf(this.http, vhost),
      ...clientsOf(this.http, vhost),
    };
  }

  /** As `in(vhost).queues.counters(queue)`, which says how old the counters can be. */
  queueCounters(vhost: string, queue: string): Promise<QueueCounters> {
    return this.in(vhost).queues.counters(queue);
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
