import type { BrokerDescription } from '../broker.ts';
import type { ContainerOptions, EngineContainer } from './engine-container.ts';
import type { BrokerIdentity } from '../handshake.ts';

/** Longest time from the start of a container until its broker answers, in milliseconds. */
export const bootDeadlineMs = 60_000;

/** Who the broker is, and what can be done with it. */
export type Reached = Pick<BrokerIdentity, 'name'> &
  Omit<BrokerDescription, 'provider' | 'title' | 'environment'>;

/** How a broker is run that an image holds: what it is given, how it is reached, how it is asked to stop. */
export interface ContainerSetup {
  container: Omit<ContainerOptions, 'image'>;
  /** What the user can do when the image makes no broker that answers. */
  cure: string;
  /** Waits until the broker answers. Its addresses can be others after each start. */
  reach(container: EngineContainer, signal: AbortSignal): Promise<Reached>;
  /** The value of Erlang expressions; absent, or gives `undefined`: only `rabbitmqctl` can tell it. */
  evaluate?(expressions: string): Promise<string> | undefined;
  /** Asks it to stop gracefully, and gives what it said to that. */
  askToStop(container: EngineContainer): Promise<unknown>;
  /** Removes what was made on this machine. */
  remove(): Promise<void>;
}
