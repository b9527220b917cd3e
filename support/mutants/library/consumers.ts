import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';

export const exclusiveConsumersIgnored = mutant(
  'exclusive-consumers-ignored',
  'takes exclusive consumers for ordinary ones',
  fromClient('basic.consume').change({ exclusive: false }),
);

/** The consumers that are cancelled for their client, by channel. */
const cancelled = new WeakMap<object, Set<string>>();

/** What it still sends to them is lost on the way. */
export const cancellationsIgnored = mutant(
  'cancellations-ignored',
  'agrees to cancel a consumer and keeps it',
  fromClient('basic.cancel').does(() => ({ command, channel, answer }) => {
    const tags = cancelled.get(channel) ?? new Set();
    cancelled.set(channel, tags.add(command.arguments.consumerTag.toString()));
    answer();
    return [];
  }),
  fromBroker('basic.deliver')
    .where(({ consumerTag }, { channel }) => cancelled.get(channel)?.has(consumerTag.toString()) === true)
    .swallow(),
);

export const cancelNotificationsLost = mutant(
  'cancel-notifications-lost',
  'does not tell a consumer that its queue is gone',
  fromBroker('basic.cancel').swallow(),
);

export const consumerTagsIgnored = mutant(
  'consumer-tags-ignored',
  'makes up a tag for each consumer although the client has given one',
  fromClient('basic.consume').change({ consumerTag: '' }),
);
