import { randomUUID } from 'node:crypto';
import { type ChannelModel, type ConfirmChannel, connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { ManagementClient } from './client.ts';

/** Above the 5 s at which a broker samples by default, and the time it takes to report. */
export const sampled = { within: 15_000, interval: 100 };
export const durable = { durable: true };

/** A broker for the tests of a file, and a virtual host for each of them with everything within it. */
export class BrokerOfTests {
  broker!: Broker;
  management!: ManagementClient;
  vhost!: string;
  here!: ReturnType<ManagementClient['in']>;
  connection!: ChannelModel;
  channel!: ConfirmChannel;

  constructor() {
    beforeAll(async () => {
      this.broker = await sharedBroker();
      this.management = this.as(this.broker.description.username, this.broker.description.password);
    });
    beforeEach(async () => {
      // ASCII: from 4.0 on, the API fails with 500 where it should explain something about one of another name
      this.vhost = `a/b % ${randomUUID()}`;
      await this.management.virtualHosts.put(this.vhost);
      this.here = this.management.in(this.vhost);
      const { amqp, username, password } = this.broker.description;
      this.connection = await connect(
        { hostname: amqp.host, port: amqp.port, username, password, vhost: encodeURIComponent(this.vhost) },
        { noDelay: true, clientProperties: { connection_name: this.vhost } },
      );
      this.connection.on('error', () => undefined);
      this.channel = await this.connection.createConfirmChannel();
    });
    afterEach(async () => {
      await this.connection.close().catch(() => undefined);
      await this.management.virtualHosts.delete(this.vhost);
    });
    afterAll(async () => {
      await this.management.close();
    });
  }

  /** The API as a user sees it. */
  as(username: string, password: string): ManagementClient {
    return new ManagementClient({ url: this.broker.description.managementUrl ?? '', username, password });
  }
}
