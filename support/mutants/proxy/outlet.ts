import type { Socket } from 'node:net';

/** Collects octets for a peer, and writes them in as few pieces as they came in. */
export class Outlet {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  /** A stretch of one buffer that is still growing. */
  #memory: ArrayBufferLike | undefined;
  #start = 0;
  #end = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** To be written by the next `flush`. */
  add(octets: Buffer): void {
    if (octets.buffer === this.#memory && octets.byteOffset === this.#end) {
      this.#end += octets.length;
      return;
    }
    this.#cut();
    this.#memory = octets.buffer;
    this.#start = octets.byteOffset;
    this.#end = octets.byteOffset + octets.length;
  }

  flush(): void {
    this.#cut();
    const chunks = this.#chunks;
    if (chunks.length === 0) return;
    this.#chunks = [];
    if (!this.#socket.writable) return;
    if (chunks.length === 1 && chunks[0] !== undefined) {
      this.#socket.write(chunks[0]);
      return;
    }
    this.#socket.cork();
    for (const chunk of chunks) this.#socket.write(chunk);
    this.#socket.uncork();
  }

  /** Ends this side of the connection once all is written. */
  end(): void {
    this.flush();
    this.#socket.end();
  }

  #cut(): void {
    if (this.#memory === undefined) return;
    this.#chunks.push(Buffer.from(this.#memory, this.#start, this.#end - this.#start));
    this.#memory = undefined;
  }
}
