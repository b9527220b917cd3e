import type { MethodArguments } from '../../wire/index.ts';
import { withArguments } from '../edit.ts';
import { perChannel } from '../library/remember.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';

export const consumerTagsOther = mutant(
  'consumer-tags-other',
  'makes other consumer tags than RabbitMQ does',
  () => {
    /** The client's tag of each consumer for the broker's, and the other way round. */
    const tags = perChannel(() => new Map<string, string>());
    const other = (tag: Name, channel: object) => tags(channel).get(tag.toString()) ?? tag;
    return [
      fromBroker('basic.consume-ok').does(() => ({ command, request, channel }) => {
        if (request?.is('basic.consume') !== true || request.arguments.consumerTag.length > 0)
          return undefined;
        const [theirs, ours] = [command.arguments.consumerTag.toString(), `consumer-${crypto.randomUUID()}`];
        tags(channel).set(theirs, ours).set(ours, theirs);
        return [withArguments(command, { consumerTag: ours })];
      }),
      fromBroker('basic.deliver', 'basic.cancel', 'basic.cancel-ok').change(
        ({ consumerTag }, { channel }) => ({
          consumerTag: other(consumerTag, channel),
        }),
      ),
      fromClient('basic.cancel', 'basic.cancel-ok').change(({ consumerTag }, { channel }) => ({
        consumerTag: other(consumerTag, channel),
      })),
    ];
  },
);

type Name = MethodArguments<'basic.deliver'>['consumerTag'];

/** With what the names begin that RabbitMQ makes, and with what they begin here; only the part before the dot is reserved. */
const [theirs, ours] = ['amq.gen-', 'amq.eccentric-'];

export const generatedNamesOther = mutant(
  'generated-names-other',
  'makes other names for the queues to which clients give none',
  fromClient(
    'queue.bind',
    'queue.unbind',
    'queue.purge',
    'queue.delete',
    'queue.declare',
    'basic.consume',
    'basic.get',
  ).change(({ queue }) => ({ queue: asTheirs(queue) })),
  fromClient('queue.bind', 'queue.unbind', 'basic.publish').change(({ routingKey }) => ({
    routingKey: asTheirs(routingKey),
  })),
  fromBroker('queue.declare-ok').change(({ queue }) => ({ queue: asOurs(queue) })),
  fromBroker('basic.deliver', 'basic.get-ok', 'basic.return').change(({ routingKey }) => ({
    routingKey: asOurs(routingKey),
  })),
  fromBroker('channel.close', 'connection.close').change(({ replyText }) => ({
    // A short string: RabbitMQ cuts its own at this length
    replyText: Buffer.from(asOurs(replyText).toString()).subarray(0, 255),
  })),
  {
    kind: 'management',
    asks: (path) => path.replaceAll(ours, theirs),
    begin: () => (answer) => JSON.parse(JSON.stringify(answer).replaceAll(theirs, ours)),
  },
);

function asTheirs(name: Name): Name {
  return name.toString().startsWith(ours) ? name.toString().replace(ours, theirs) : name;
}

function asOurs(name: Name): Name {
  return name.toString().includes(theirs) ? name.toString().replaceAll(theirs, ours) : name;
}
