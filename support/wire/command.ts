import { type BasicProperties, bodySize, decodeProperties, encodeHeader } from './content-header.ts';
import { WireError } from './errors.ts';
import { type Frame, frame, frameOverhead } from './frame.ts';
import { decodeArguments, encodeMethod, methodOf } from './method-codec.ts';
import { carriesContent } from './method-lookup.ts';
import type { MethodArguments, MethodName } from './methods.ts';

/** A method with the content that belongs to it, as it came; decoded when asked. */
export class Command<Name extends MethodName = MethodName> {
  readonly name: Name;
  readonly channel: number;
  /** The method, and for one that carries content its header and its body. */
  readonly frames: readonly [method: Frame, ...content: Frame[]];
  #arguments: MethodArguments<Name> | undefined;

  constructor(name: Name, frames: readonly [method: Frame, ...content: Frame[]]) {
    this.name = name;
    this.channel = frames[0].channel;
    this.frames = frames;
  }

  is<Other extends MethodName>(name: Other): this is Command<Other> {
    const actual: MethodName = this.name;
    return actual === name;
  }

  /** @throws WireError when they are malformed */
  get arguments(): MethodArguments<Name> {
    this.#arguments ??= decodeArguments(this.frames[0], this.name);
    return this.#arguments;
  }

  /** None for a method without content. @throws WireError when they are malformed */
  get properties(): BasicProperties {
    const [, header] = this.frames;
    return header === undefined ? {} : decodeProperties(header);
  }

  /** The body in one piece; empty for a method without content. Copied unless it came in one frame. */
  get body(): Buffer {
    const [first, ...others] = this.frames.slice(2).map((frame) => frame.payload);
    if (first === undefined) return Buffer.alloc(0);
    return others.length === 0 ? first : Buffer.concat([first, ...others]);
  }
}

/** What a message is, beside the arguments of the method that carries it. */
export interface Content {
  properties?: BasicProperties;
  body?: Uint8Array;
}

/**
 * The frames of a method that carries content.
 *
 * @param frameMax the largest frame, in octets with its overhead; 0: no limit
 * @throws RangeError when a value does not fit
 */
export function encodeContent<Name extends MethodName>(
  channel: number,
  name: Name,
  values: Partial<MethodArguments<Name>>,
  { properties = {}, body = Buffer.alloc(0) }: Content,
  frameMax: number,
): [method: Frame, ...content: Frame[]] {
  const most = frameMax === 0 ? body.length : frameMax - frameOverhead;
  if (frameMax !== 0 && most < 1)
    throw new RangeError(`A frame of ${frameMax} octets has no room for a body.`);
  const frames: [Frame, ...Frame[]] = [
    encodeMethod(channel, name, values),
    encodeHeader(channel, BigInt(body.length), properties),
  ];
  for (let start = 0; start < body.length; start += most)
    frames.push(frame('body', channel, body.subarray(start, start + most)));

  return frames;
}

interface Unfinished {
  readonly name: MethodName;
  readonly frames: [Frame, ...Frame[]];
  /** How much of the body is still to come; `undefined` before its header came. */
  missing: bigint | undefined;
}

/** Puts the frames of one direction of a connection together to commands, channel by channel. */
export class CommandAssembler {
  readonly #unfinished = new Map<number, Unfinished>();

  /**
   * Takes the next method, header or body frame.
   *
   * @returns the command that it completes, if it does
   * @throws WireError when it is malformed, or out of order on its channel; nothing is taken then
   */
  push(frame: Frame): Command | undefined {
    const unfinished = this.#unfinished.get(frame.channel);
    if (unfinished === undefined) return this.#begin(frame);
    const missing = afterFrame(unfinished, frame);
    unfinished.frames.push(frame);
    unfinished.missing = missing;
    if (missing > 0n) return undefined;
    this.#unfinished.delete(frame.channel);
    return new Command(unfinished.name, unfinished.frames);
  }

  /** Forgets the command that is not complete on this channel. @returns the frames of it that came */
  abandon(channel: number): Frame[] {
    const frames = this.#unfinished.get(channel)?.frames ?? [];
    this.#unfinished.delete(channel);
    return frames;
  }

  #begin(frame: Frame): Command | undefined {
    const name = methodOf(frame);
    if (!carriesContent(name)) return new Command(name, [frame]);
    this.#unfinished.set(frame.channel, { name, frames: [frame], missing: undefined });
    return undefined;
  }
}

/** How much of the body is missing once this frame has come. */
function afterFrame({ name, missing }: Unfinished, frame: Frame): bigint {
  const expected = missing === undefined ? 'header' : 'body';
  if (frame.type !== expected) {
    throw new WireError(
      'unexpected-frame',
      `a ${frame.type} frame where the ${expected} of ${name} was expected`,
    );
  }
  if (missing === undefined) return bodySize(frame);
  const length = BigInt(frame.payloadEnd - frame.payloadStart);
  if (length > missing)
    throw new WireError('body-too-large', `${length} octets where ${missing} are missing`);
  return missing - length;
}
