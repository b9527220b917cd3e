import { Command } from './command.ts';
import type { Frame } from './frame.ts';
import { carriesContent } from './method-lookup.ts';
import { heartbeat, protocolHeader } from './frame.ts';

/**
 * What a peer owes on a connection, after what either side has said: whether it must keep the TCP connection, and where it
 * must answer. If it does not, and may not leave it, the network may be to blame.
 */
export class Obligations {
  #mayEnd = false;
  #refused = false;
  #open = false;
  #highestChannel = 65_535;
  #breach: string | undefined;
  /** The channels on which frames of content can follow, as a method that carries it was sent without. */
  readonly #contentDue = new Set<number>();

  /**
   * Why the connection is gone, if nothing speaks for its having had to: what came was no AMQP; or neither side had closed
   * it, we had not ended it nor sent what is no method, heartbeats were off, and nobody expected the end.
   */
  get breach(): string | undefined {
    return this.#breach;
  }

  /**
   * The channel, if there is one, on which a `channel.open` must be answered by something. There is none before the
   * connection is open, after something that may end it, and after the peer has refused something, until it opens another.
   */
  get answersOn(): number | undefined {
    return this.#mayEnd || this.#refused || !this.#open ? undefined : this.#highestChannel;
  }

  /** Something was said, or sent or done, after which a peer may end the connection. */
  mayEnd(): void {
    this.#mayEnd = true;
  }

  /** @param complete whether its content was sent with it */
  sent(command: Command, { complete }: { complete: boolean }): void {
    if (isClose(command)) this.#mayEnd = true;
    if (command.is('connection.tune-ok')) {
      const { heartbeat: seconds, channelMax } = command.arguments;
      if (seconds > 0) this.#mayEnd = true;
      if (channelMax > 0) this.#highestChannel = channelMax;
    }
    if (!complete && carriesContent(command.name)) this.#contentDue.add(command.channel);
  }

  sentFrame(frame: Frame): void {
    const isContent = frame.type !== 'method' && this.#contentDue.has(frame.channel);
    if (frame !== protocolHeader && frame !== heartbeat && !isContent) this.#mayEnd = true;
  }

  /** The TCP connection has ended. */
  ended(how: string): void {
    if (!this.#mayEnd) this.#breach = `The broker ended the TCP connection without a word (${how}).`;
  }

  /** What came was no AMQP, which no peer may send, whatever was said before. */
  garbled(how: string): void {
    this.#breach = `What came on the TCP connection was no AMQP (${how}).`;
  }

  /** The spec has expected that it ends. */
  expectedEnd(): void {
    this.#breach = undefined;
  }

  received(said: Command | Frame): void {
    if (!(said instanceof Command)) return;
    if (isClose(said)) this.#mayEnd = true;
    if (said.is('channel.close')) this.#refused = true;
    if (said.is('channel.open-ok')) this.#refused = false;
    if (said.is('connection.open-ok')) this.#open = true;
  }
}

function isClose(said: Command): boolean {
  return said.is('connection.close') || said.is('connection.close-ok');
}
