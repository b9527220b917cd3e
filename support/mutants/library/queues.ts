import { made, withArguments } from '../edit.ts';
import { mutant, widely } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { because } from './because.ts';

export const passiveIgnored = widely(
  because.asking,
  mutant(
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
  ),
);

export const redeclarationsRefused = widely(
  because.redeclaring,
  mutant(
    'redeclarations-refused',
    'refuses to declare a queue that is there, although it is declared the same',
    fromBroker('queue.declare-ok')
      .where((_, { request }) => request?.is('queue.declare') === true && !request.arguments.passive)
      .does(() => {
        const known = new Set<string>();
        return ({ command, virtualHost, refuse }) => {
          const queue = command.arguments.queue.toString();
          const key = JSON.stringify([virtualHost, queue]);
          if (!known.has(key)) {
            known.add(key);
            return undefined;
          }
          refuse(406, `PRECONDITION_FAILED - queue '${queue}' in vhost '${virtualHost}' is there already`);
          return [];
        };
      }),
  ),
);

/** It answers how many messages it should have dropped. */
export const purgesIgnored = mutant(
  'purges-ignored',
  'agrees to purge a queue and does not',
  fromClient('queue.purge')
    .where(({ queue }) => queue.length > 0)
    .does(() => ({ command, answer }) => {
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
export const deletionsIgnored = widely(
  because.ending,
  mutant(
    'deletions-ignored',
    'agrees to delete a queue or an exchange and does not',
    fromClient('queue.delete')
      .where(({ queue }) => queue.length > 0)
      .does(() => ({ command, answer }) => {
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
  ),
);

export const purgeCountWrong = mutant(
  'purge-count-wrong',
  'reports that it purged or deleted one message more than it did',
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
