import { Connection, type ConnectionOptions } from '../actors/connection.ts';
import type { QueueTypeUnderTest } from '../actors/queue-type-under-test.ts';
import { openRaw } from '../actors/raw.ts';
import type { NodeName } from '../broker/broker.ts';
import type { ActorKind } from '../evidence/evidence.ts';
import type { Witness } from '../evidence/recorder.ts';
import type { HandshakeOptions, RawConnection } from '../wire/index.ts';
import type { BrokerForSpec } from './broker-for-spec.ts';

/** How a client connects, where it is not as all others do. */
export interface ClientOptions extends Partial<Omit<ConnectionOptions, 'name' | 'tls'>> {
  /** How the timeline and the broker's operators call it. */
  name?: string;
  /** Over TLS; `true`: with the right authority and name. */
  tls?: true | NonNullable<ConnectionOptions['tls']>;
  /** The node of a cluster to which it connects; default: `a`. */
  node?: NodeName;
}

/** How a client connects that says every method itself: what is unusual in the handshake. */
export type RawClientOptions = Partial<HandshakeOptions> & {
  name?: string;
  /** The node of a cluster to which it connects. */
  node?: NodeName;
};

/** What it stands on. */
interface ClientsOnStageOptions {
  broker: BrokerForSpec;
  queueType: QueueTypeUnderTest;
  /** In which clients meet. */
  virtualHost: () => Promise<string>;
  /** @throws CouldNotRun when the spec was ended */
  checkOpen: () => void;
}

/** The connections of a spec. */
export class ClientsOnStage {
  readonly #broker: BrokerForSpec;
  readonly #queueType: QueueTypeUnderTest;
  readonly #virtualHost: () => Promise<string>;
  readonly #checkOpen: () => void;
  readonly #connections: Connection[] = [];
  readonly #raw: RawConnection[] = [];
  #opened = 0;
  #closed = false;

  constructor({ broker, queueType, virtualHost, checkOpen }: ClientsOnStageOptions) {
    this.#broker = broker;
    this.#queueType = queueType;
    this.#virtualHost = virtualHost;
    this.#checkOpen = checkOpen;
  }

  /** @param witness whose timeline tells of it; absent: a new one of the spec */
  async connect(
    kind: ActorKind,
    { name, tls, node, ...options }: ClientOptions,
    witness: Witness = this.#broker.recorder.actor(kind, name),
  ): Promise<Connection> {
    if (tls !== undefined) this.#broker.need('tls');
    const { amqps, username, password } = this.#broker.description;
    const amqp = this.#broker.listenerOf(node);
    this.#checkOpen();
    const connection = await Connection.open(
      {
        ...(tls === undefined ? amqp : { host: amqps?.host ?? '', port: amqps?.port ?? 0 }),
        username,
        password,
        virtualHost: options.virtualHost ?? (await this.#virtualHost()),
        name: witness.name,
        queueType: this.#queueType,
        ...options,
        ...(tls === undefined ? {} : { tls: tls === true ? await this.#broker.trusted() : tls }),
      },
      this.#next(),
      witness,
    );
    this.#connections.push(connection);
    if (this.#closed) connection.cut();
    return connection;
  }

  async raw({ name, node, ...options }: RawClientOptions): Promise<RawConnection> {
    const witness = this.#broker.recorder.actor('client', name);
    const { username, password } = this.#broker.description;
    const amqp = this.#broker.listenerOf(node);
    const virtualHost = await this.#virtualHost();
    this.#checkOpen();
    const opening = { amqp, username, password, virtualHost, ...options };
    const raw = await openRaw(opening, this.#next(), witness);
    this.#raw.push(raw);
    if (this.#closed) raw.destroy();
    return raw;
  }

  /** Ends them, the last one first, so that what a connection owns goes when nobody uses it; what opens later is cut. */
  async close(): Promise<void> {
    this.#closed = true;
    let patient = true;
    for (const connection of this.#connections.toReversed()) {
      if (patient) patient = await connection.dispose();
      else connection.cut();
    }
    for (const raw of this.#raw.toReversed()) raw.destroy();
  }

  #next(): number {
    this.#opened += 1;
    return this.#opened;
  }
}
