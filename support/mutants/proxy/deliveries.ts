import type { Command, MethodArguments } from '../../wire/index.ts';
import { withArguments } from '../edit.ts';
import type { Channel, Pending } from './channel.ts';
import type { Settling } from './delivery-tags.ts';

/** @param question what the broker was asked, where the client had asked something else */
export function addConsumer(
  channel: Channel,
  tag: MethodArguments<'basic.consume-ok'>['consumerTag'],
  asked: Command,
  question: Command,
): void {
  channel.consumers.set(tag.toString(), settlingOf(asked, question));
}

/** What comes from the broker may be a delivery. @returns who settles it, if it is one */
export function arrived(
  command: Command,
  channel: Channel,
  pending: Pending | undefined,
): Settling | undefined {
  if (command.is('basic.deliver')) {
    const { consumerTag, deliveryTag } = command.arguments;
    const settling = channel.consumers.get(consumerTag.toString()) ?? { byClient: true, forBroker: true };
    channel.tags.arrived(deliveryTag, settling);
    return settling;
  }
  if (command.is('basic.get-ok') && pending !== undefined) {
    const settling = settlingOf(pending.asked ?? pending.question, pending.question);
    channel.tags.arrived(command.arguments.deliveryTag, settling);
    return settling;
  }
  return undefined;
}

/** What goes to the client, with the tag that it has there if it is a delivery. */
export function given(command: Command, channel: Channel): Command {
  if (!command.is('basic.deliver') && !command.is('basic.get-ok')) return command;
  const tag = channel.tags.given(command.arguments.deliveryTag);
  if (tag === command.arguments.deliveryTag) return command;
  return command.is('basic.deliver')
    ? withArguments(command, { deliveryTag: tag })
    : withArguments<'basic.get-ok'>(command, { deliveryTag: tag });
}

/** What the broker is told when a client settles deliveries. */
export function settled(
  command: Command<'basic.ack'> | Command<'basic.nack'> | Command<'basic.reject'>,
  channel: Channel,
): readonly Command[] {
  const { deliveryTag } = command.arguments;
  const multiple = command.is('basic.reject') ? false : command.arguments.multiple;
  const tags = channel.tags.settled(deliveryTag, multiple);
  if (tags === 'same' || (tags.length === 1 && tags[0] === deliveryTag && !multiple)) return [command];
  return tags.map((tag) => {
    if (command.is('basic.ack')) return withArguments(command, { deliveryTag: tag, multiple: false });
    if (command.is('basic.nack')) return withArguments(command, { deliveryTag: tag, multiple: false });
    return withArguments<'basic.reject'>(command, { deliveryTag: tag });
  });
}

function settlingOf(asked: Command, question: Command): Settling {
  return { byClient: !isAutomatic(asked), forBroker: !isAutomatic(question) };
}

function isAutomatic(command: Command): boolean {
  return 'noAck' in command.arguments && command.arguments.noAck;
}
