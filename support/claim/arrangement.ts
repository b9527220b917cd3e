import type { Channel } from '../actors/channel.ts';
import type { Connection } from '../actors/connection.ts';
import { Consumer } from '../actors/consumer.ts';
import type { Arranging, Queue } from '../actors/queue.ts';
import type { Recorder, Witness } from '../evidence/recorder.ts';
import type { ManagementClient } from '../management/client.ts';

/** What a spec arranges with, in one virtual host. */
export interface ArrangementOptions {
  virtualHost: string;
  recorder: Recorder;
  /** `undefined` where the broker has no management API. */
  management: ManagementClient | undefined;
  /** Opens a connection there. */
  connect: () => Promise<Connection>;
}

/**
 * The connection on which a spec declares what it needs and asks queues, and on which it publishes and consumes where
 * it does not matter who does. It is opened when it is first needed, and anew when the last one is gone.
 */
export class Arrangement implements Arranging {
  readonly virtualHost: string;
  readonly recorder: Recorder;
  readonly management: ManagementClient | undefined;
  readonly #connect: () => Promise<Connection>;
  #connection: Promise<Connection> | undefined;
  #channel: Promise<Channel> | undefined;
  /** The connection of the channels that the spec opened itself, and who uses them. */
  #opened: Promise<{ on: Connection; witness: Witness }> | undefined;

  constructor({ virtualHost, recorder, management, connect }: ArrangementOptions) {
    this.virtualHost = virtualHost;
    this.recorder = recorder;
    this.management = management;
    this.#connect = connect;
  }

  async connection(): Promise<Connection> {
    this.#connection ??= this.#connect();
    if (!(await this.#connection).open) this.#connection = this.#connect();
    return await this.#connection;
  }

  /** The channel on which queues are declared and asked, out of the way of the actors. */
  async channel(): Promise<Channel> {
    const open = async () => await (await this.connection()).channel();
    this.#channel ??= open();
    if (!(await this.#channel).open) this.#channel = open();
    return await this.#channel;
  }

  /**
   * A channel that the spec uses itself, always of the same connection: a broker that ends it with one of its channels
   * must not be given another one.
   *
   * @throws RefusedByBroker, ConnectionLost when that connection is gone
   */
  async openChannel(): Promise<Channel> {
    this.#opened ??= this.connection().then((on) => ({ on, witness: this.recorder.actor('client') }));
    const { on, witness } = await this.#opened;
    return await on.channel({ witness });
  }

  async consumer(queue: Queue, name?: string): Promise<Consumer> {
    const witness = this.recorder.actor('consumer', name);
    const channel = await (await this.connection()).channel({ witness });
    // A stream keeps what was read: it is asked from where on, and how much at once
    const ofStream = channel.connection.queueType.type === 'stream';
    const options = ofStream ? { prefetch: 100, arguments: { 'x-stream-offset': 'first' } } : {};
    return await Consumer.start(witness.name, channel, queue, options);
  }

  /** After a restart: the connections are gone, whether that was told already or not. */
  forget(): void {
    this.#connection = undefined;
    this.#channel = undefined;
    this.#opened = undefined;
  }
}
