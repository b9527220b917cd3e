import type { Address, LinkFault, NodeName } from '../broker.ts';
import type { BrokerIdentity } from '../handshake.ts';

/** One node of a cluster, as its provider runs it. */
export interface Member {
  readonly name: NodeName;
  /** As the nodes call each other: `rabbit@b`. */
  readonly erlangName: string;
  /** Where clients reach it; another start can change it. */
  readonly amqp: Address;
  /** How its process ended; `undefined` while it runs. */
  readonly end: string | undefined;
  /** Starts it, with the data that it has, and waits until it answers. */
  boot(signal: AbortSignal): Promise<BrokerIdentity>;
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Ends it gracefully. */
  stop(): Promise<void>;
  /** SIGSTOP. */
  pause(): Promise<void>;
  /** SIGCONT. */
  resume(): Promise<void>;
  /**
   * The value of an Erlang expression without a full stop, as one line.
   *
   * @throws CouldNotRun when the node does not answer within `within` milliseconds
   */
  evaluate(expression: string, within: number): Promise<string>;
  /** Runs `rabbitmqctl` for it. */
  control(args: readonly string[]): Promise<string>;
  /** The lines of its log from `since` on (milliseconds since the epoch). */
  log(since: number): Promise<string>;
}

/** Three nodes that have found each other, and all that belongs to them, as a provider makes them. */
export interface Made {
  members: readonly [Member, Member, Member];
  /** Who the first of them is. */
  identity: BrokerIdentity;
  /** Where the management API is, on the first of them. */
  managementUrl: string;
  password: string;
  /** All faults of links that there are from now on. */
  disturb(links: readonly LinkFault[]): Promise<void>;
  /** Removes everything. Never rejects because something is gone already. */
  remove(): Promise<void>;
}
