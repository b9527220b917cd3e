import { WireError } from './errors.ts';
import { shownOctets } from './octets.ts';

/** The numbers of the frame types (AMQP 0-9-1 specification, section 4.2.3). */
const frameTypes = { method: 1, header: 2, body: 3, heartbeat: 8 } as const;
/** `protocol-header` is not a frame for the specification, but travels as one here: it is what a stream starts with. */
type FrameType = keyof typeof frameTypes | 'protocol-header';

const frameTypeByNumber = new Map<number, FrameType>([
  [frameTypes.method, 'method'],
  [frameTypes.header, 'header'],
  [frameTypes.body, 'body'],
  [frameTypes.heartbeat, 'heartbeat'],
]);

const frameEnd = 0xce;
const headLength = 7;
/** How many octets a frame has beside its payload. */
export const frameOverhead = headLength + 1;

/** The first letter of the protocol header. */
const letterA = 0x41;
const protocolHeaderLength = 8;

/** What is wrong in a frame: another octet or number than it should have there. */
export interface Fault {
  /** The number of its type. */
  type?: number;
  channel?: number;
  /** The length of its payload, as the frame says it. */
  size?: number;
  /** Its last octet. */
  end?: number;
  /** The number of the class, with which the payload of a method or of a content header begins. */
  classId?: number;
}

/** A frame, with the octets by which it came or will go. */
export class Frame {
  readonly type: FrameType;
  readonly channel: number;
  /** All of it, from its type to its end octet. */
  readonly bytes: Buffer;
  /** What was made wrong in it. */
  readonly fault: Fault;

  constructor(type: FrameType, channel: number, bytes: Buffer, fault: Fault = {}) {
    this.type = type;
    this.channel = channel;
    this.bytes = bytes;
    this.fault = fault;
  }

  /** The same frame with a fault in it, to be sent as it is: `heartbeat.with({ channel: 1 })`. */
  with(fault: Fault): Frame {
    const bytes = Buffer.from(this.bytes);
    const { type, channel, size, end, classId } = fault;
    if (type !== undefined) bytes.writeUInt8(type, 0);
    if (channel !== undefined) bytes.writeUInt16BE(channel, 1);
    if (size !== undefined) bytes.writeUInt32BE(size, 3);
    if (classId !== undefined) bytes.writeUInt16BE(classId, headLength);
    if (end !== undefined) bytes.writeUInt8(end, bytes.length - 1);
    return new Frame(this.type, channel ?? this.channel, bytes, { ...this.fault, ...fault });
  }

  /** Where the payload begins in `bytes`. */
  get payloadStart(): number {
    return this.type === 'protocol-header' ? 0 : headLength;
  }

  /** Where the payload ends in `bytes`. */
  get payloadEnd(): number {
    return this.type === 'protocol-header' ? this.bytes.length : this.bytes.length - 1;
  }

  /** Not a copy. */
  get payload(): Buffer {
    return this.bytes.subarray(this.payloadStart, this.payloadEnd);
  }
}

/** A frame of this type, whether it makes sense or not. */
export function frame(
  type: Exclude<FrameType, 'protocol-header'>,
  channel: number,
  payload: Uint8Array,
): Frame {
  const bytes = Buffer.allocUnsafe(frameOverhead + payload.length);
  bytes.writeUInt8(frameTypes[type], 0);
  bytes.writeUInt16BE(channel, 1);
  bytes.writeUInt32BE(payload.length, 3);
  bytes.set(payload, headLength);
  bytes.writeUInt8(frameEnd, headLength + payload.length);
  return new Frame(type, channel, bytes);
}

/** By which a peer tells that it is still there. */
export const heartbeat: Frame = frame('heartbeat', 0, Buffer.alloc(0));

/**
 * The eight octets by which a client says what it speaks.
 *
 * @param name four letters
 * @param version the number of the protocol, and its version as major, minor and revision
 */
export function protocolHeaderOf(name: string, version: readonly [number, number, number, number]): Frame {
  return new Frame('protocol-header', 0, Buffer.from([...Buffer.from(name, 'latin1'), ...version]));
}

/** `AMQP` and the version 0-9-1, by which a client begins. */
export const protocolHeader: Frame = protocolHeaderOf('AMQP', [0, 0, 9, 1]);

/**
 * Finds the frames in what comes from a peer, however TCP has cut it:
 * `for (const frame of decoder.push(chunk)) …`. A frame that came in one piece is not copied.
 *
 * What is malformed throws a WireError when its turn comes, after the good frames before it, and again at each
 * further turn: where one frame is broken, no later one can be found.
 */
export class FrameDecoder implements Iterable<Frame> {
  /** The largest frame, in octets with its overhead, once it is negotiated; 0: no limit. */
  frameMax = 0;
  #chunks: Buffer[] = [];
  #length = 0;
  #atStart = true;
  #broken: WireError | undefined;
  /** How many octets are needed before looking again is worth it. */
  #needed = 1;

  /** Takes the next octets of the stream; frames are found while iterating. */
  push(chunk: Buffer): this {
    if (chunk.length > 0) {
      this.#chunks.push(chunk);
      this.#length += chunk.length;
    }
    return this;
  }

  /** What came and is not part of a frame that was given out; once the stream is broken, all the rest of it. */
  get rest(): Buffer {
    return Buffer.concat(this.#chunks, this.#length);
  }

  /** Says that the stream has ended. @throws WireError `truncated-frame` in the middle of a frame */
  finish(): void {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#length > 0) throw new WireError('truncated-frame', `it ends after ${shownOctets(this.rest)}`);
  }

  *[Symbol.iterator](): Generator<Frame, void, undefined> {
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) yield frame;
  }

  #next(): Frame | undefined {
    if (this.#broken !== undefined) throw this.#broken;
    if (this.#length < this.#needed) return undefined;
    try {
      return this.#find();
    } catch (error) {
      if (error instanceof WireError) this.#broken = error;
      throw error;
    }
  }

  #find(): Frame | undefined {
    const first = this.#peek(0);
    if (this.#atStart && first === letterA) return this.#findProtocolHeader();
    const type = frameTypeByNumber.get(first);
    if (type === undefined) {
      const code = this.#atStart ? 'wrong-protocol-header' : 'unknown-frame-type';
      throw new WireError(code, `type ${first}, in ${shownOctets(this.rest)}`);
    }
    if (this.#length < headLength) return this.#await(headLength);
    const size =
      this.#peek(3) * 0x1_00_00_00 + ((this.#peek(4) << 16) | (this.#peek(5) << 8) | this.#peek(6));
    const length = size + frameOverhead;
    if (this.frameMax > 0 && length > this.frameMax)
      throw new WireError('frame-too-large', `${length} octets, where ${this.frameMax} are allowed`);

    if (this.#length < length) return this.#await(length);
    const end = this.#peek(length - 1);
    if (end !== frameEnd)
      throw new WireError('wrong-frame-end', `0x${end.toString(16)}, in ${shownOctets(this.rest)}`);
    const channel = (this.#peek(1) << 8) | this.#peek(2);
    if (type === 'heartbeat' && (size > 0 || channel > 0))
      throw new WireError('wrong-heartbeat', `${size} octets on channel ${channel}`);

    return new Frame(type, channel, this.#take(length));
  }

  #findProtocolHeader(): Frame | undefined {
    const begin = this.rest.subarray(0, 4).toString('latin1');
    if (!'AMQP'.startsWith(begin)) throw new WireError('wrong-protocol-header', shownOctets(this.rest));
    if (this.#length < protocolHeaderLength) return this.#await(this.#length < 4 ? 4 : protocolHeaderLength);
    return new Frame('protocol-header', 0, this.#take(protocolHeaderLength));
  }

  #await(needed: number): undefined {
    this.#needed = needed;
  }

  /** The octet at this place; it has come already. */
  #peek(at: number): number {
    let before = 0;
    for (const chunk of this.#chunks) {
      if (at - before < chunk.length) return chunk.readUInt8(at - before);
      before += chunk.length;
    }
    throw new RangeError(`No octet ${at} has come yet.`);
  }

  /** Removes the next octets, and gives them as one buffer: a part of a chunk, or a copy where they span several. */
  #take(length: number): Buffer {
    this.#atStart = false;
    this.#needed = 1;
    this.#length -= length;
    const parts: Buffer[] = [];
    for (let missing = length; missing > 0;) {
      const chunk = this.#chunks[0] ?? Buffer.alloc(0);
      parts.push(chunk.length > missing ? chunk.subarray(0, missing) : chunk);
      if (chunk.length > missing) this.#chunks[0] = chunk.subarray(missing);
      else this.#chunks.shift();
      missing -= chunk.length;
    }
    const [only] = parts;
    return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts, length);
  }
}
