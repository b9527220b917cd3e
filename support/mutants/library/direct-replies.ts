import type { BasicProperties, Command, Content } from '../../wire/index.ts';
import type { Json } from '../management/rule.ts';
import { withArguments } from '../edit.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { perChannel } from './remember.ts';

/** What a requester consumes, and names in `reply_to`. */
const pseudoQueue = 'amq.rabbitmq.reply-to';

/** What the broker makes of that name for those who answer, and more that looks like it. */
function isAddress(name: { toString(): string } | undefined): boolean {
  return name?.toString().startsWith(`${pseudoQueue}.`) === true;
}

const requests = fromBroker('basic.deliver', 'basic.get-ok');
const replies = fromBroker('basic.deliver').where(({ routingKey }) => isAddress(routingKey));

export const replyAddressesNotMade = mutant(
  'reply-addresses-not-made',
  'leaves amq.rabbitmq.reply-to in requests as it is',
  requests.changeProperties((given) =>
    isAddress(given.replyTo) ? { ...given, replyTo: pseudoQueue } : given,
  ),
);

export const replyAddressesRepeated = mutant(
  'reply-addresses-repeated',
  'gives all who ask for direct replies the address of the first of them',
  requests.does(() => {
    let first: BasicProperties['replyTo'];
    return ({ command, toClient }) => {
      const { replyTo } = command.properties;
      if (!isAddress(replyTo)) return undefined;
      first ??= replyTo;
      if (first === undefined || first.toString() === replyTo?.toString()) return undefined;
      const { properties, body } = command;
      toClient(command.name, command.arguments, { properties: { ...properties, replyTo: first }, body });
      return [];
    };
  }),
);

export const directRepliesLost = mutant('direct-replies-lost', 'loses direct replies', replies.swallow());

export const directReplyTagsStuck = mutant(
  'direct-reply-tags-stuck',
  'numbers each direct reply 1',
  replies.does(() => ({ command, toClient }) => {
    if (command.arguments.deliveryTag === 1n) return undefined;
    toClient('basic.deliver', { ...command.arguments, deliveryTag: 1n }, contentOf(command));
    return [];
  }),
);

export const acknowledgingReplyConsumersTaken = mutant(
  'acknowledging-reply-consumers-taken',
  'takes a consumer of direct replies that is to acknowledge them',
  fromClient('basic.consume')
    .where(({ queue, noAck }) => queue.toString() === pseudoQueue && !noAck)
    .change({ noAck: true }),
);

export const secondReplyConsumersTaken = mutant(
  'second-reply-consumers-taken',
  'takes several consumers of direct replies on a channel',
  fromClient('basic.consume')
    .where(({ queue }) => queue.toString() === pseudoQueue)
    .does(() => {
      const consuming = perChannel(() => ({ count: 0 }));
      return ({ channel, answer }) => {
        consuming(channel).count += 1;
        if (consuming(channel).count === 1) return undefined;
        answer();
        return [];
      };
    }),
);

export const requestsWithoutReplyConsumerTaken = mutant(
  'requests-without-reply-consumer-taken',
  'takes a request for a direct reply on a channel that consumes none',
  () => {
    const consumers = perChannel(() => new Set<string>());
    return [
      fromBroker('basic.consume-ok').does(() => ({ command, request, channel }) => {
        if (request?.is('basic.consume') === true && request.arguments.queue.toString() === pseudoQueue)
          consumers(channel).add(command.arguments.consumerTag.toString());
        return undefined;
      }),
      fromClient('basic.cancel').does(() => ({ command, channel }) => {
        consumers(channel).delete(command.arguments.consumerTag.toString());
        return undefined;
      }),
      fromClient('basic.publish')
        .where((_, { channel }) => consumers(channel).size === 0)
        .changeProperties(({ replyTo, ...given }) =>
          replyTo === undefined || replyTo.toString() === pseudoQueue ? given : { ...given, replyTo },
        ),
    ];
  },
);

export const goneRequestersFound = mutant(
  'gone-requesters-found',
  'finds the address of a requester that has gone',
  fromBroker('channel.close')
    .where(({ replyCode }) => replyCode === 404)
    .does(() => ({ unanswered: [asked], revive }) => {
      if (asked?.is('queue.declare') !== true || !isAddress(asked.arguments.queue)) return undefined;
      revive();
      return [];
    }),
);

export const requestersNeverFound = mutant(
  'requesters-never-found',
  'finds no address of a requester, whether it is there or has gone',
  fromClient('queue.declare')
    .where(({ queue }) => isAddress(queue))
    .does(() => ({ command, virtualHost, refuse }) => {
      refuse(404, `NOT_FOUND - no queue '${command.arguments.queue.toString()}' in vhost '${virtualHost}'`);
      return [];
    }),
);

export const mandatoryDirectRepliesReturned = mutant(
  'mandatory-direct-replies-returned',
  'returns mandatory direct replies as if no queue had got them',
  fromClient('basic.publish')
    .where(({ mandatory, routingKey }) => mandatory && isAddress(routingKey))
    .does(() => ({ command, toClient }) => {
      const { exchange, routingKey } = command.arguments;
      const returned = { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey };
      toClient('basic.return', returned, contentOf(command));
      // Before 4.2 RabbitMQ returns it too, which would be once more
      return [withArguments(command, { mandatory: false })];
    }),
);

export const directRepliesKept = mutant(
  'direct-replies-kept',
  'keeps direct replies whose requester has gone for who consumes such replies next',
  () => {
    const kept: { key: string; content: Content }[] = [];
    return [
      fromClient('basic.publish')
        .where(({ routingKey }) => isAddress(routingKey))
        .does(() => ({ command }) => {
          kept.push({ key: command.arguments.routingKey.toString(), content: contentOf(command) });
          return undefined;
        }),
      replies.does(() => ({ command }) => {
        const key = command.arguments.routingKey.toString();
        const arrived = kept.findIndex((each) => each.key === key);
        if (arrived >= 0) kept.splice(arrived, 1);
        return undefined;
      }),
      fromBroker('basic.consume-ok')
        .where(
          (_, { request }) =>
            request?.is('basic.consume') === true && request.arguments.queue.toString() === pseudoQueue,
        )
        .does(() => ({ command, toClient }) => {
          const left = kept.splice(0);
          if (left.length === 0) return undefined;
          const { consumerTag } = command.arguments;
          toClient('basic.consume-ok', { consumerTag });
          for (const [index, { key, content }] of left.entries()) {
            const delivery = { consumerTag, deliveryTag: BigInt(index + 1), routingKey: key };
            toClient('basic.deliver', delivery, content);
          }
          return [];
        }),
    ];
  },
);

export const replyBindingsTaken = mutant(
  'reply-bindings-taken',
  'takes bindings of the address of a requester, without effect',
  fromClient('queue.bind')
    .where(({ queue }) => isAddress(queue))
    .swallow(),
);

export const deletedReplyAddressesClosed = mutant(
  'deleted-reply-addresses-closed',
  'delivers nothing more to a requester whose address somebody has deleted',
  () => {
    const deleted = new Set<string>();
    return [
      fromClient('queue.delete').does(() => ({ command }) => {
        deleted.add(command.arguments.queue.toString());
        return undefined;
      }),
      replies
        .where(({ routingKey }) => deleted.has(pseudoQueue) || deleted.has(routingKey.toString()))
        .swallow(),
    ];
  },
);

export const directRepliesListed = mutant(
  'direct-replies-listed',
  'lists amq.rabbitmq.reply-to among the queues in its management API',
  {
    kind: 'management',
    begin:
      () =>
      (answer: Json, { method, path }) =>
        method === 'GET' && /^\/api\/queues\/[^/]+$/.test(path) && Array.isArray(answer)
          ? [...answer, { name: pseudoQueue }]
          : answer,
  },
);

function contentOf({ properties, body }: Command): Content {
  return { properties, body };
}
