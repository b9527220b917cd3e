import type { NodeName } from '../broker/broker.ts';
import type { Command, Content, MethodArguments, MethodName } from '../wire/index.ts';
import type { Topology } from './proxy/topology.ts';

export type Side = 'client' | 'broker';

/** Rewrites certain methods of one side. */
export interface AmqpRule {
  readonly kind: 'amqp';
  readonly from: Side;
  /** Absent: all of them but those of the connection. */
  readonly methods: ReadonlySet<MethodName> | undefined;
  /** What it does, with what it remembers from one moment to the next; made anew for each run of a proxy. */
  begin(): Act;
}

/** Rewrites what one side sends frame by frame, also what is wrong in itself, before anything else is made of it. */
export interface FrameRule {
  readonly kind: 'frames';
  readonly from: Side;
  /** What it does, made anew for each run of a proxy. */
  begin(): FrameAct;
}

/** A frame as it came, in octets, whether it makes sense or not; the protocol header is one as well. */
export interface LooseFrame {
  readonly octets: Buffer;
  /** 0x41, an `A`, for a protocol header, and for whatever a client begins with in its place. */
  readonly type: number;
  readonly channel: number;
  /** What differs from connection to connection, the same as in a moment. */
  readonly connection: object;
}

/** The octets that go on in place of a frame; `undefined`: its own. */
export type FrameAct = (frame: LooseFrame) => undefined | readonly Buffer[];

/**
 * What goes on in place of a method: nothing, the same changed, several of them in this order. `undefined`
 * where the rule does not concern it, and `held` where that turns out later.
 */
export type Outcome = undefined | readonly Command[];
export type Act = (moment: Moment) => Outcome;

/** Nothing goes on for now, and that does not count as an effect yet. */
export const held: readonly Command[] = [];

/** A method on its way through the proxy, what is known of its circumstances, and what can be done. */
export interface Moment<Name extends MethodName = MethodName> {
  readonly command: Command<Name>;
  /** The method that it answers, if it answers one. */
  readonly request: Command | undefined;
  /** For a `channel.close` of the broker: what the client had asked and will not be answered. */
  readonly unanswered: readonly Command[];
  /** The number of a published message on a channel in confirm mode, as its client counts. */
  readonly sequenceNumber: bigint | undefined;
  /** Whether its channel is in confirm mode. */
  readonly confirming: boolean;
  /** The largest frame on this connection, in octets; 0: no limit. */
  readonly frameMax: number;
  /** To which node of a cluster its client is connected; `undefined`: it is no cluster. */
  readonly node: NodeName | undefined;
  /** What differs from connection to connection, for a rule to remember something by. */
  readonly connection: object;
  /** What differs from channel to channel, likewise. */
  readonly channel: object;
  readonly topology: Topology;
  readonly virtualHost: string;
  /** The one whose rights pass all access checks; absent if none was named. */
  readonly administrator: Administrator | undefined;
  /** For a delivery: whether the broker waits for its acknowledgement. */
  readonly awaited: boolean;

  /** Says something to the client, now; a delivery in the client's own numbers. */
  toClient<Said extends MethodName>(
    name: Said,
    values?: Partial<MethodArguments<Said>>,
    content?: Content,
  ): void;
  /** Says something to the broker, now, in the broker's own numbers. */
  toBroker<Said extends MethodName>(name: Said, values?: Partial<MethodArguments<Said>>): void;
  /**
   * Answers a synchronous method in the broker's place, when the broker has dealt with all that came before:
   * the broker is asked something else meanwhile. With `noWait`, nobody is answered.
   *
   * @param reply makes the answer of what the broker said; default: the usual answer
   * @param question what the broker is asked; default: something without effect
   */
  answer(reply?: (said: Command) => Command, question?: Command): void;
  /** Asks the broker something by a synchronous method, now; nobody hears its answer. */
  ask(question: Command): void;
  /** Sends a method to its receiver later, as it is. */
  later(command: Command): void;
  /** Closes the channel as if the broker did, on both sides, for this method or for the one that it answers. */
  refuse(replyCode: number, replyText: string): void;
  /** Closes the connection as if the broker did, on both sides. */
  breakConnection(close: Partial<MethodArguments<'connection.close'>>): void;
  /** Ends the TCP connection on both sides, without a word. */
  hangUp(): void;
  /**
   * For a `channel.close` of the broker of which the client shall not know: opens the channel again at the
   * broker, without its consumers, says again what was pending, and acknowledges what was not confirmed.
   *
   * @param instead what is said in place of the method that failed; absent: that is answered as usual
   */
  revive(instead?: Command): void;
}

export interface Administrator {
  username: string;
  password: string;
  /** One that is there. */
  virtualHost: string;
}
