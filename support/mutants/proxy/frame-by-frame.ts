import type { FrameAct, Side } from '../rule.ts';
import type { MutantAtWork } from './mutant-at-work.ts';

/** The first letter of a protocol header, which has eight octets; a client begins with as many, whatever it says. */
const letterA = 0x41;
const protocolHeaderLength = 8;
/** Type, channel and size; and one octet ends the frame. */
const headLength = 7;

/** Cuts what one peer sends into frames by their sizes alone, and has a mutant rewrite them. */
export class FrameByFrame {
  readonly #atWork: MutantAtWork;
  readonly #acts: readonly FrameAct[];
  readonly #connection: object;
  #waiting: Buffer = Buffer.alloc(0);
  /** Whether what comes next is by what a client begins. */
  #first: boolean;

  /** @param connection what differs from connection to connection */
  constructor(atWork: MutantAtWork, from: Side, connection: object) {
    this.#atWork = atWork;
    this.#acts = atWork.frames[from];
    this.#first = from === 'client';
    this.#connection = connection;
  }

  /** What goes on of what has come by now. */
  rewritten(chunk: Buffer): Buffer {
    if (this.#acts.length === 0) return chunk;
    this.#waiting = Buffer.concat([this.#waiting, chunk]);
    const out: Buffer[] = [];
    for (let length = this.#complete(); length !== undefined; length = this.#complete()) {
      out.push(...this.#judged(this.#waiting.subarray(0, length)));
      this.#first = false;
      this.#waiting = this.#waiting.subarray(length);
    }
    return Buffer.concat(out);
  }

  /** What never became a whole frame. */
  rest(): Buffer {
    const rest = this.#waiting;
    this.#waiting = Buffer.alloc(0);
    return rest;
  }

  /** How many octets the next frame has, if all of them are there. */
  #complete(): number | undefined {
    const length = this.#first || this.#waiting[0] === letterA ? protocolHeaderLength : this.#said();
    return this.#waiting.length < length ? undefined : length;
  }

  #said(): number {
    return this.#waiting.length < headLength ? headLength : headLength + this.#waiting.readUInt32BE(3) + 1;
  }

  #judged(octets: Buffer): readonly Buffer[] {
    let frames: readonly Buffer[] = [octets];
    for (const act of this.#acts) {
      frames = frames.flatMap((each) => {
        const type = this.#first ? letterA : each.readUInt8(0);
        const channel = each.readUInt16BE(1);
        const outcome = act({ octets: each, type, channel, connection: this.#connection });
        if (outcome === undefined) return [each];
        this.#atWork.fired += 1;
        return outcome;
      });
    }
    return frames;
  }
}
