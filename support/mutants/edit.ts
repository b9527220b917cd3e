import {
  bodySize,
  type BasicProperties,
  Command,
  type Content,
  carriesContent,
  encodeContent,
  encodeHeader,
  encodeMethod,
  type Frame,
  type MethodArguments,
  type MethodName,
} from '../wire/index.ts';

/** A method as a peer would say it; arguments that are not given are zero. @param frameMax for its body */
export function made<Name extends MethodName>(
  channel: number,
  name: Name,
  values: Partial<MethodArguments<Name>> = {},
  content: Content = {},
  frameMax = 0,
): Command<Name> {
  return new Command(
    name,
    carriesContent(name)
      ? encodeContent(channel, name, values, content, frameMax)
      : [encodeMethod(channel, name, values)],
  );
}

/** The same with other arguments; the content is left alone. */
export function withArguments<Name extends MethodName>(
  command: Command<Name>,
  values: Partial<MethodArguments<Name>>,
): Command<Name> {
  const all: Partial<MethodArguments<Name>> = Object.assign({}, command.arguments, values);
  const [, ...content] = command.frames;
  return new Command(command.name, [encodeMethod(command.channel, command.name, all), ...content]);
}

/** The same with other properties; the body is left alone. */
export function withProperties<Name extends MethodName>(
  command: Command<Name>,
  properties: BasicProperties,
): Command<Name> {
  const [method, header, ...body] = command.frames;
  if (header === undefined) return command;
  return new Command(command.name, [
    method,
    encodeHeader(command.channel, bodySize(header), properties),
    ...body,
  ]);
}

/** The same with another body, or in other frames. @param frameMax the largest frame; 0: no limit */
export function withBody<Name extends MethodName>(
  command: Command<Name>,
  body: Uint8Array,
  frameMax: number,
): Command<Name> {
  const { channel, name, properties } = command;
  const [, ...content] = encodeContent(channel, name, command.arguments, { properties, body }, frameMax);
  return new Command(name, [command.frames[0], ...content]);
}

/** Whether both are the same on the wire. */
export function sameOctets(one: Command, other: Command): boolean {
  return (
    one.frames.length === other.frames.length &&
    one.frames.every((frame, index) => same(frame, other.frames[index]))
  );
}

function same(one: Frame, other: Frame | undefined): boolean {
  return other !== undefined && (one === other || one.bytes.equals(other.bytes));
}
