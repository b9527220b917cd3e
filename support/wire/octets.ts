import { isUtf8 } from 'node:buffer';

import { WireError } from './errors.ts';

/**
 * A string of the protocol: a `string` where its octets are UTF-8, else the octets themselves, so that
 * encoding gives back what was decoded.
 */
export type Text = string | Buffer;

/** Reads fields one after the other from a part of a buffer; never beyond that part. */
export class OctetReader {
  readonly #octets: Buffer;
  readonly #end: number;
  #at: number;
  /** What is being read, for the message of an error. */
  subject: string;

  constructor(octets: Buffer, start: number, end: number, subject: string) {
    this.#octets = octets;
    this.#at = start;
    this.#end = end;
    this.subject = subject;
  }

  get left(): number {
    return this.#end - this.#at;
  }

  /** A reader of the next `length` octets, over which this one skips. */
  part(length: number): OctetReader {
    const start = this.#skip(length);
    return new OctetReader(this.#octets, start, start + length, this.subject);
  }

  /** @throws WireError `trailing-octets` when something is left */
  finish(): void {
    if (this.left > 0) throw new WireError('trailing-octets', `${this.subject}, ${this.left} left`);
  }

  uint8(): number {
    return this.#octets.readUInt8(this.#skip(1));
  }

  int8(): number {
    return this.#octets.readInt8(this.#skip(1));
  }

  uint16(): number {
    return this.#octets.readUInt16BE(this.#skip(2));
  }

  int16(): number {
    return this.#octets.readInt16BE(this.#skip(2));
  }

  uint32(): number {
    return this.#octets.readUInt32BE(this.#skip(4));
  }

  int32(): number {
    return this.#octets.readInt32BE(this.#skip(4));
  }

  uint64(): bigint {
    return this.#octets.readBigUInt64BE(this.#skip(8));
  }

  int64(): bigint {
    return this.#octets.readBigInt64BE(this.#skip(8));
  }

  /** A copy of the next `length` octets. */
  octets(length: number): Buffer {
    const start = this.#skip(length);
    return Buffer.from(this.#octets.subarray(start, start + length));
  }

  text(length: number): Text {
    const start = this.#skip(length);
    const text = this.#octets.toString('utf8', start, start + length);
    if (!text.includes('\u{FFFD}')) return text;
    const octets = this.#octets.subarray(start, start + length);
    return isUtf8(octets) ? text : Buffer.from(octets);
  }

  /** Skips the next `length` octets, and says where they start. */
  #skip(length: number): number {
    const start = this.#at;
    if (length > this.#end - start)
      throw new WireError('truncated', `${this.subject} needs ${length} octets, ${this.left} are left`);

    this.#at = start + length;
    return start;
  }
}

/** Writes fields one after the other into a buffer that grows. Values out of range are a RangeError. */
export class OctetWriter {
  #octets: Buffer = Buffer.allocUnsafe(256);
  #length = 0;

  /** What was written. */
  get written(): Buffer {
    return this.#octets.subarray(0, this.#length);
  }

  uint8(value: number): void {
    const at = this.#room(1);
    this.#octets.writeUInt8(value, at);
  }

  int8(value: number): void {
    const at = this.#room(1);
    this.#octets.writeInt8(value, at);
  }

  uint16(value: number): void {
    const at = this.#room(2);
    this.#octets.writeUInt16BE(value, at);
  }

  int16(value: number): void {
    const at = this.#room(2);
    this.#octets.writeInt16BE(value, at);
  }

  uint32(value: number): void {
    const at = this.#room(4);
    this.#octets.writeUInt32BE(value, at);
  }

  int32(value: number): void {
    const at = this.#room(4);
    this.#octets.writeInt32BE(value, at);
  }

  uint64(value: bigint): void {
    const at = this.#room(8);
    this.#octets.writeBigUInt64BE(value, at);
  }

  int64(value: bigint): void {
    const at = this.#room(8);
    this.#octets.writeBigInt64BE(value, at);
  }

  octets(octets: Uint8Array): void {
    const at = this.#room(octets.length);
    this.#octets.set(octets, at);
  }

  /** A string after its length in one octet: 255 octets at most. */
  shortText(text: Text): void {
    const length = octetLength(text);
    if (length > 255) throw new RangeError(`A short string has 255 octets at most, not ${length}.`);
    this.uint8(length);
    this.#text(text, length);
  }

  /** A string after its length in four octets. */
  longText(text: Text): void {
    const length = octetLength(text);
    this.uint32(length);
    this.#text(text, length);
  }

  /** What `write` writes, after its length in four octets. */
  sized(write: () => void): void {
    const start = this.#room(4);
    write();
    this.#octets.writeUInt32BE(this.#length - start - 4, start);
  }

  #text(text: Text, length: number): void {
    if (typeof text === 'string') {
      const at = this.#room(length);
      this.#octets.write(text, at, length, 'utf8');
    } else this.octets(text);
  }

  /** Makes room for the next `length` octets, in a new buffer where needed, and says where they start. */
  #room(length: number): number {
    const start = this.#length;
    const needed = start + length;
    if (needed > this.#octets.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#octets.length * 2));
      this.#octets.copy(larger, 0, 0, start);
      this.#octets = larger;
    }
    this.#length = needed;
    return start;
  }
}

function octetLength(text: Text): number {
  if (typeof text !== 'string') return text.length;
  const length = Buffer.byteLength(text);
  if (length !== text.length && /\p{Surrogate}/u.test(text))
    throw new RangeError('Half of a surrogate pair has no UTF-8: give the octets instead.');

  return length;
}

/** The first octets, as a message shows them. */
export function shownOctets(bytes: Buffer): string {
  const shown = bytes.subarray(0, 24);
  return `${shown.toString('hex')}${bytes.length > shown.length ? ` … (${bytes.length} octets)` : ''}`;
}
