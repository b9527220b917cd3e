/**
 * AMQP 0-9-1 as it is on the wire, exactly: what is decoded is encoded to the same octets again, or it is a
 * `WireError`. Nothing here knows a client library.
 *
 * The layers, in reading order:
 * - `errors.ts`: the ways in which octets break the protocol;
 * - `octets.ts`: numbers and strings, one after the other, in a buffer;
 * - `field-table.ts`: field tables, each value with its type on the wire; `plain-table.ts` for people;
 * - `domains.ts`: the elementary types of arguments and properties, and the packing of bits;
 * - `frame.ts`: frames in a stream of octets, however TCP has cut it;
 * - `methods.ts`: the table of all methods, a row each, from which the types of their arguments follow;
 *   `method-lookup.ts`: what else the rows tell;
 * - `method-codec.ts`, `content-header.ts`: methods and message properties in frames, decoded when asked;
 * - `command.ts`: a method and the content that belongs to it, put together from frames and taken apart;
 * - `frames.ts`: frames one by one, right and malformed ones;
 * - `break-off.ts`: how a TCP connection is broken off;
 * - `refusal.ts`: how a broker ends a channel or a connection;
 * - `raw-connection.ts`: a connection on which a spec says every frame itself; `round-trip.ts`: a message on it.
 *
 * Decoding accepts what encoding would have made, and nothing else. The values of a field table can say
 * everything that a peer can; bits that are set without a meaning (beside the bits of a method, in the flags of
 * a content header) can't be said, and are a WireError with the code `reserved-bits`. A proxy forwards such
 * frames as they came: a frame keeps its octets.
 */
export { breakOff } from './break-off.ts';
export { type BasicProperties, bodySize, encodeHeader } from './content-header.ts';
export { Command, CommandAssembler, type Content, encodeContent } from './command.ts';
export { ConversationError } from './conversation.ts';
export { WireError } from './errors.ts';
export type { FieldTable, FieldValue } from './field-table.ts';
export { Frame, FrameDecoder, heartbeat } from './frame.ts';
export { frames } from './frames.ts';
export type { HandshakeOptions } from './handshake.ts';
export { decodeArguments, encodeMethod, methodOf } from './method-codec.ts';
export { carriesContent, isMethodName, methodName, repliesTo } from './method-lookup.ts';
export type { MethodArguments, MethodName } from './methods.ts';
export { plain, table } from './plain-table.ts';
export { RawConnection, type RawConnectionOptions } from './raw-connection.ts';
export { ConnectionLost, RefusedByBroker, type Refusal, refusalIn } from './refusal.ts';
export { roundTrip } from './round-trip.ts';
