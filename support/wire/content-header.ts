import { type Fields, type FieldsOf, type FieldValues, fieldSteps } from './domains.ts';
import { WireError } from './errors.ts';
import { type Frame, frame } from './frame.ts';
import { OctetReader, OctetWriter } from './octets.ts';

/** The properties of a message, in their order on the wire; the first one has the highest flag. */
export const basicProperties = {
  contentType: 'shortstr',
  contentEncoding: 'shortstr',
  headers: 'table',
  deliveryMode: 'octet',
  priority: 'octet',
  correlationId: 'shortstr',
  replyTo: 'shortstr',
  expiration: 'shortstr',
  messageId: 'shortstr',
  timestamp: 'timestamp',
  type: 'shortstr',
  userId: 'shortstr',
  appId: 'shortstr',
  clusterId: 'shortstr',
} as const satisfies Fields;

/** Only what is there has a key: an empty table of headers is not the same as none. */
export type BasicProperties = Partial<FieldsOf<typeof basicProperties>>;

/** The only class whose methods carry content. */
const basicClass = 60;
const flagsOffset = 12;

const properties = Object.entries(basicProperties).map(([name, domain], index) => ({
  name,
  flag: 0x80_00 >> index,
  steps: fieldSteps('content header', { [name]: domain }),
}));
const knownFlags = properties.reduce((flags, { flag }) => flags | flag, 0);

/**
 * The length of the body that follows a content header, in octets; its properties are left alone.
 *
 * @throws WireError when class or weight are not what they have to be
 */
export function bodySize(header: Frame): bigint {
  const { bytes, payloadStart, payloadEnd } = header;
  if (payloadEnd - payloadStart < flagsOffset + 2)
    throw new WireError('truncated', `a content header of ${payloadEnd - payloadStart} octets`);

  const classId = bytes.readUInt16BE(payloadStart);
  if (classId !== basicClass) throw new WireError('wrong-content-class', `${classId} and not ${basicClass}`);
  const weight = bytes.readUInt16BE(payloadStart + 2);
  if (weight !== 0) throw new WireError('wrong-content-weight', `${weight}`);
  return bytes.readBigUInt64BE(payloadStart + 4);
}

/**
 * The properties that a content header carries.
 *
 * @throws WireError when they are malformed, or would be encoded otherwise than they are
 */
export function decodeProperties(header: Frame): BasicProperties {
  bodySize(header);
  const start = header.payloadStart + flagsOffset;
  const reader = new OctetReader(header.bytes, start, header.payloadEnd, 'content header flags');
  const flags = reader.uint16();
  if ((flags & ~knownFlags) !== 0)
    throw new WireError('reserved-bits', `property flags 0b${flags.toString(2).padStart(16, '0')}`);

  const values: FieldValues = {};
  for (const { flag, steps } of properties)
    if ((flags & flag) !== 0) for (const step of steps) step.read(reader, values);

  reader.subject = 'content header';
  reader.finish();
  return values;
}

/**
 * A content header.
 *
 * @param size the length of the body, in octets
 * @throws RangeError when a value does not fit
 */
export function encodeHeader(channel: number, size: bigint, given: BasicProperties): Frame {
  const values: Partial<FieldValues> = given;
  const present = properties.filter(({ name }) => values[name] !== undefined);
  const writer = new OctetWriter();
  writer.uint16(basicClass);
  writer.uint16(0);
  writer.uint64(size);
  writer.uint16(present.reduce((flags, { flag }) => flags | flag, 0));
  for (const { steps } of present) for (const step of steps) step.write(writer, values);
  return frame('header', channel, writer.written);
}
