import { made, withArguments } from '../edit.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';

const declared = fromClient('queue.declare').where(({ passive }) => !passive);

export const exclusiveIgnored = mutant(
  'exclusive-ignored',
  'takes exclusive queues for ones that everybody may use',
  declared.change({ exclusive: false }),
);

export const autoDeleteIgnored = mutant(
  'auto-delete-ignored',
  'keeps queues and exchanges that should delete themselves',
  fromClient('queue.declare', 'exchange.declare')
    .where(({ passive }) => !passive)
    .change({ autoDelete: false }),
);

export const autoDeleteAlways = mutant(
  'auto-delete-always',
  'deletes every queue with its last consumer, and every exchange with its last binding',
  fromClient('queue.declare', 'exchange.declare')
    .where(({ passive }, { command }) => !passive && !isPredeclared(command.arguments))
    .change({ autoDelete: true }),
);

export const passiveIgnored = mutant(
  'passive-ignored',
  'makes the queue or exchange that was only asked for',
  fromBroker('channel.close')
    .where(({ replyCode }) => replyCode === 404)
    .does(() => ({ unanswered: [asked], revive }) => {
      if (asked?.is('queue.declare') === true && asked.arguments.passive) {
        revive(withArguments(asked, { passive: false, durable: true }));
        return [];
      }
      if (asked?.is('exchange.declare') === true && asked.arguments.passive) {
        revive(withArguments(asked, { passive: false, durable: true, type: 'direct' }));
        return [];
      }
      return undefined;
    }),
);

export const messageCountWrong = mutant(
  'message-count-wrong',
  'tells of a queue that it holds one message more than it does',
  fromBroker('queue.declare-ok').change(({ messageCount }) => ({ messageCount: messageCount + 1 })),
);

export const consumerCountWrong = mutant(
  'consumer-count-wrong',
  'tells of a queue that it has one consumer more than it does',
  fromBroker('queue.declare-ok').change(({ consumerCount }) => ({ consumerCount: consumerCount + 1 })),
);

export const serverNamesUnmarked = mutant(
  'server-names-unmarked',
  'makes up names for queues that look as if a client had',
  declared.where(({ queue }) => queue === '').change(() => ({ queue: `queue-${crypto.randomUUID()}` })),
);

export const serverNamesRepeated = mutant(
  'server-names-repeated',
  'gives all queues without a name the same one',
  declared
    .where(({ queue }) => queue === '')
    .does(() => {
      const queue = `amq-gen-${crypto.randomUUID()}`;
      return ({ command }) => [withArguments(command, { queue, exclusive: false })];
    }),
);

/** It answers how many messages it should have dropped. */
export const purgesIgnored = mutant(
  'purges-ignored',
  'agrees to purge a queue and does not',
  fromClient('queue.purge').does(() => ({ command, answer }) => {
    const { queue } = command.arguments;
    answer(
      (said) =>
        made(said.channel, 'queue.purge-ok', {
          messageCount: said.is('queue.declare-ok') ? said.arguments.messageCount : 0,
        }),
      made(command.channel, 'queue.declare', { queue, passive: true }),
    );
    return [];
  }),
);

/** It answers how many messages it should have dropped. */
export const deletionsIgnored = mutant(
  'deletions-ignored',
  'agrees to delete a queue or an exchange and does not',
  fromClient('queue.delete').does(() => ({ command, answer }) => {
    const { queue } = command.arguments;
    answer(
      (said) =>
        made(said.channel, 'queue.delete-ok', {
          messageCount: said.is('queue.declare-ok') ? said.arguments.messageCount : 0,
        }),
      made(command.channel, 'queue.declare', { queue, passive: true }),
    );
    return [];
  }),
  fromClient('exchange.delete').swallow(),
);

export const purgeCountWrong = mutant(
  'purge-count-wrong',
  'tells that it purged or deleted one message more than it did',
  fromBroker('queue.purge-ok', 'queue.delete-ok').change(({ messageCount }) => ({
    messageCount: messageCount + 1,
  })),
);

export const ifUnusedIgnored = mutant(
  'if-unused-ignored',
  'deletes queues and exchanges that are in use although asked not to',
  fromClient('queue.delete', 'exchange.delete').change({ ifUnused: false }),
);

export const ifEmptyIgnored = mutant(
  'if-empty-ignored',
  'deletes queues that are not empty although asked not to',
  fromClient('queue.delete').change({ ifEmpty: false }),
);

export const internalIgnored = mutant(
  'internal-ignored',
  'lets clients publish to internal exchanges',
  fromClient('exchange.declare').change({ internal: false }),
);

function isPredeclared(values: object): boolean {
  return 'exchange' in values && String(values.exchange).startsWith('amq.');
}
