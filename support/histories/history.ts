import type { NodeName } from '../broker/broker.ts';

/** What became of a message that a publisher sent, as far as its publisher was told. */
export type Told =
  | 'confirmed'
  | 'nacked'
  /** It came back, since no queue took it; that it is confirmed as well says nothing of it then. */
  | 'returned'
  /** Its channel ended before anything was said of it: nobody knows, and it counts neither as good nor as bad. */
  | 'unknown'
  /** Its channel went on, and nothing was ever said of it. */
  | 'unanswered';

/** A message that was published. */
export interface Publication {
  /** What it is known by: no two messages of a history are alike. */
  body: string;
  publisher: string;
  /** Its channel, by a number of the history: messages of one channel have an order. */
  channel: number;
  /** Milliseconds since the history began. */
  at: number;
  told: Told;
  /** When its publisher was told; absent where it never was. */
  toldAt?: number;
}

/** A message that was delivered. */
export interface Receipt {
  body: string;
  consumer: string;
  /** Its channel, by a number of the history: deliveries of one channel have an order. */
  channel: number;
  /** Milliseconds since the history began. */
  at: number;
  redelivered: boolean;
}

/** What went wrong on purpose. */
export type FaultKind =
  /** The broker is killed with SIGKILL and started again. */
  | 'kill'
  /** The broker is stopped gracefully and started again. */
  | 'restart'
  /** TCP connections of clients are reset. */
  | 'reset'
  /** TCP connections of clients stay, and nothing passes on them in either direction for a while. */
  | 'stall'
  /** A node of a cluster is killed with SIGKILL and started again. */
  | 'node kill'
  /** A node is suspended (SIGSTOP) and goes on. */
  | 'node pause'
  /** The links of a node to the others are reset, and new ones refused, for a while. */
  | 'node cut off'
  /** The links of a node stay, and nothing passes on them in either direction for a while. */
  | 'node unreachable'
  /** The links of a node stay, and nothing that it says reaches the others for a while. */
  | 'node unheard'
  /** All nodes but one are killed and started again, one after the other. */
  | 'rolling kill';

/** A fault that happened. */
export interface Fault {
  what: FaultKind;
  /** Of a cluster, to which it happened; absent: to no single one. */
  node?: NodeName;
  /** Milliseconds since the history began. */
  from: number;
  to: number;
  /** How many connections of clients it struck, to that node where it is of one: a fault that strikes none shows nothing. */
  struck: number;
}

/** What publishers, consumers and faults did to one queue, from beginning to end. Plain data. */
export interface History {
  /** In the order in which each channel published. */
  publications: Publication[];
  /** In the order in which each channel received. */
  receipts: Receipt[];
  faults: Fault[];
  /** Whether the queue was seen to be empty in the end: only then is missing what never came. */
  drained: boolean;
  /** Whether each channel reads the queue for itself, as with a stream; false is the default. */
  kept?: boolean;
}
