import { type Command, CommandAssembler, type Frame, FrameDecoder, WireError } from '../../wire/index.ts';

/** What is done with what one peer says. */
export interface Listener {
  /** A frame that belongs to no method, or any frame if `commands` is not asked for. */
  frame(frame: Frame): void;
  /** A method with its content. */
  command(command: Command): void;
  /** Octets after which nothing can be understood any more: they are the other peer's to judge. */
  octets(octets: Buffer): void;
}

/** Understands the octets of one peer. */
export class Inlet {
  readonly #listener: Listener;
  readonly #whole: boolean;
  readonly #decoder = new FrameDecoder();
  readonly #assembler = new CommandAssembler();
  /** Channels on which the content of a method is not complete. */
  readonly #unfinished = new Set<number>();
  #understood = true;
  #begins = true;

  /** @param whole whether methods are to be put together with their content */
  constructor(listener: Listener, whole: boolean) {
    this.#listener = listener;
    this.#whole = whole;
  }

  set frameMax(octets: number) {
    this.#decoder.frameMax = octets;
  }

  receive(chunk: Buffer): void {
    const begins = this.#begins;
    this.#begins = false;
    const foreign = begins ? proxyHeaderLength(chunk) : 0;
    if (foreign > 0) this.#listener.octets(chunk.subarray(0, foreign));
    this.#receive(chunk.subarray(foreign));
  }

  #receive(chunk: Buffer): void {
    if (!this.#understood) {
      this.#listener.octets(chunk);
      return;
    }
    try {
      for (const frame of this.#decoder.push(chunk)) {
        this.#take(frame);
        if (!this.#understood) break;
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#understood = false;
    }
    if (!this.#understood) this.#listener.octets(this.#decoder.rest);
  }

  /** The peer says no more: what waits for the rest of its frame or of its content is passed on as it is. */
  finish(): void {
    if (!this.#understood) return;
    this.#understood = false;
    for (const channel of this.#unfinished) this.#giveUp(channel);
    this.#listener.octets(this.#decoder.rest);
  }

  #take(frame: Frame): void {
    if (!this.#whole || frame.type === 'heartbeat' || frame.type === 'protocol-header') {
      this.#listener.frame(frame);
      return;
    }
    const command = this.#assemble(frame);
    if (command !== undefined) this.#listener.command(command);
  }

  #assemble(frame: Frame): Command | undefined {
    try {
      const command = this.#assembler.push(frame);
      if (command === undefined) this.#unfinished.add(frame.channel);
      else if (command.frames.length > 1) this.#unfinished.delete(frame.channel);
      return command;
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#understood = false;
      this.#giveUp(frame.channel);
      this.#listener.frame(frame);
      return undefined;
    }
  }

  #giveUp(channel: number): void {
    for (const frame of this.#assembler.abandon(channel)) this.#listener.frame(frame);
  }
}

/** What a load balancer says before its client begins to speak AMQP, by the PROXY protocol (version 1), and says at once. */
function proxyHeaderLength(chunk: Buffer): number {
  return chunk.subarray(0, 6).toString('latin1') === 'PROXY ' ? chunk.indexOf('\r\n') + 2 : 0;
}
