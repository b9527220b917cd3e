import { Command, type MethodName, repliesTo } from '../../wire/index.ts';
import { made } from '../edit.ts';

let named = 0;

/** What a broker answers to a synchronous method when all is well and nothing is there; no other method has one. */
export function usualReply(asked: Command): Command {
  const { channel } = asked;
  if (asked.is('queue.declare')) {
    const { queue } = asked.arguments;
    return made(channel, 'queue.declare-ok', { queue: queue.length > 0 ? queue : newName('amq.gen-') });
  }
  if (asked.is('basic.consume')) {
    const { consumerTag } = asked.arguments;
    return made(channel, 'basic.consume-ok', {
      consumerTag: consumerTag.length > 0 ? consumerTag : newName('amq.ctag-'),
    });
  }
  if (asked.is('basic.cancel'))
    return made(channel, 'basic.cancel-ok', { consumerTag: asked.arguments.consumerTag });

  if (asked.is('channel.flow')) return made(channel, 'channel.flow-ok', { active: asked.arguments.active });
  if (asked.is('basic.get')) return made(channel, 'basic.get-empty');
  const [reply] = repliesTo(asked.name);
  if (reply === undefined) throw new TypeError(`${asked.name} has no answer.`);
  return made(channel, reply);
}

/** Whether the client waits for an answer to this. */
export function isAnswered(command: Command): boolean {
  return repliesTo(command.name).length > 0 && !('noWait' in command.arguments && command.arguments.noWait);
}

/** Whether this answers that. */
export function isReplyTo(reply: MethodName, asked: Command): boolean {
  return repliesTo(asked.name).includes(reply);
}

function newName(prefix: string): string {
  named += 1;
  return `${prefix}${Buffer.from(`${process.pid}.${named}`).toString('base64url')}`;
}
