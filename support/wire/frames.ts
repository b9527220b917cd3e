import { type BasicProperties, encodeHeader } from './content-header.ts';
import { type Frame, frame, heartbeat, protocolHeaderOf } from './frame.ts';
import { encodeMethod } from './method-codec.ts';

/**
 * Frames one by one, for a raw connection to send as they are: `raw.sendFrame(frames.body(1, 'task'))`. One that is
 * malformed is told by what is wrong in it: `frames.heartbeat.with({ channel: 1 })`.
 */
export const frames = {
  protocolHeader: protocolHeaderOf,
  method: encodeMethod,
  /** The header of a content. @param bodySize how many octets of body it says will follow */
  header: (channel: number, bodySize: number, properties: BasicProperties = {}): Frame =>
    encodeHeader(channel, BigInt(bodySize), properties),
  body: (channel: number, body: string | Buffer): Frame => frame('body', channel, Buffer.from(body)),
  heartbeat,
} as const;
