import { type FieldValues, fieldSteps } from './domains.ts';
import { WireError } from './errors.ts';
import { Frame, frame } from './frame.ts';
import { methodName, methodNames } from './method-lookup.ts';
import { type MethodArguments, type MethodName, methods } from './methods.ts';
import { OctetReader, OctetWriter } from './octets.ts';

const stepsByName = new Map(methodNames.map((name) => [name, fieldSteps(name, methods[name].fields)]));

/**
 * Which method a frame holds; its arguments are left alone.
 *
 * @throws WireError when it is no method frame, or one of a method that does not exist
 */
export function methodOf(frame: Frame): MethodName {
  if (frame.type !== 'method')
    throw new WireError('unexpected-frame', `a ${frame.type} frame where a method was expected`);

  const { bytes, payloadStart, payloadEnd } = frame;
  if (payloadEnd - payloadStart < 4)
    throw new WireError('truncated', 'a method frame without class and method');
  const classId = bytes.readUInt16BE(payloadStart);
  const methodId = bytes.readUInt16BE(payloadStart + 2);
  const name = methodName(classId, methodId);
  if (name !== undefined) return name;
  throw methodNames.some((name) => methods[name].id[0] === classId)
    ? new WireError('unknown-method', `${methodId} of class ${classId}`)
    : new WireError('unknown-class', `${classId}, with method ${methodId}`);
}

/**
 * The arguments of a frame that holds this method.
 *
 * @throws WireError when they are malformed, or would be encoded otherwise than they are
 */
export function decodeArguments<Name extends MethodName>(frame: Frame, name: Name): MethodArguments<Name>;
export function decodeArguments(frame: Frame, name: MethodName): FieldValues {
  const actual = methodOf(frame);
  if (actual !== name) throw new TypeError(`The frame holds ${actual}, not ${name}.`);
  const reader = new OctetReader(frame.bytes, frame.payloadStart + 4, frame.payloadEnd, name);
  const values: FieldValues = {};
  for (const step of stepsByName.get(name) ?? []) step.read(reader, values);
  reader.subject = name;
  reader.finish();
  return values;
}

/**
 * A frame that holds this method. Arguments that are not given are zero: 0, '', false, an empty table.
 *
 * @throws RangeError when a value does not fit
 */
export function encodeMethod<Name extends MethodName>(
  channel: number,
  name: Name,
  values: Partial<MethodArguments<Name>>,
): Frame;
export function encodeMethod(channel: number, name: MethodName, values: Partial<FieldValues>): Frame {
  const writer = new OctetWriter();
  const [classId, methodId] = methods[name].id;
  writer.uint16(classId);
  writer.uint16(methodId);
  for (const step of stepsByName.get(name) ?? []) step.write(writer, values);
  return frame('method', channel, writer.written);
}
