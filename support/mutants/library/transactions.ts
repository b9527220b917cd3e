import type { Command } from '../../wire/index.ts';
import { made } from '../edit.ts';
import { mutant } from '../mutant.ts';
import { fromClient } from '../target.ts';
import { perChannel } from './remember.ts';

export const transactionsIgnored = mutant(
  'transactions-ignored',
  'agrees to transactions, and carries everything out at once',
  fromClient('tx.select', 'tx.commit', 'tx.rollback').swallow(),
);

export const commitsTakenForRollbacks = mutant(
  'commits-taken-for-rollbacks',
  'discards what a client commits',
  saidInPlaceOf('tx.commit', 'tx.rollback'),
);

export const rollbacksTakenForCommits = mutant(
  'rollbacks-taken-for-commits',
  'carries out what a client rolls back',
  saidInPlaceOf('tx.rollback', 'tx.commit'),
);

export const rollbacksIgnored = mutant(
  'rollbacks-ignored',
  'agrees to a rollback, and carries everything out with the next commit',
  fromClient('tx.rollback').swallow(),
);

export const closingCommits = mutant(
  'closing-commits',
  'commits the transaction of a channel when that is closed',
  () => {
    const transactional = perChannel(() => ({ selected: false }));
    return [
      fromClient('tx.select').does(() => ({ channel }) => {
        transactional(channel).selected = true;
        return undefined;
      }),
      fromClient('channel.close').does(() => ({ command, channel, ask }) => {
        if (!transactional(channel).selected) return undefined;
        ask(made(command.channel, 'tx.commit'));
        return [command];
      }),
    ];
  },
);

export const rollbacksRequeue = mutant(
  'rollbacks-requeue',
  'requeues everything unacknowledged with a rollback',
  fromClient('tx.rollback').does(() => ({ command, later, ask }) => {
    later(command);
    ask(made(command.channel, 'basic.recover', { requeue: true }));
    return [];
  }),
);

export const rollbacksForgetDeliveries = mutant(
  'rollbacks-forget-deliveries',
  'knows a delivery no more whose acknowledgement was rolled back',
  () => {
    const tags = perChannel(() => ({ pending: new Set<bigint>(), forgotten: new Set<bigint>() }));
    return [
      fromClient('tx.commit', 'tx.rollback').does(() => ({ command, channel }) => {
        const { pending, forgotten } = tags(channel);
        if (command.is('tx.rollback')) for (const tag of pending) forgotten.add(tag);
        pending.clear();
        return undefined;
      }),
      fromClient('basic.ack').does(() => ({ command, channel, refuse }) => {
        const { deliveryTag } = command.arguments;
        const { pending, forgotten } = tags(channel);
        pending.add(deliveryTag);
        if (!forgotten.has(deliveryTag)) return undefined;
        refuse(406, `PRECONDITION_FAILED - unknown delivery tag ${deliveryTag}`);
        return [];
      }),
    ];
  },
);

/** Nothing else may be pending in their transaction. */
export const rejectionsNotTransactional = mutant(
  'rejections-not-transactional',
  'requeues at once what is rejected in a transaction',
  () => {
    const transactional = perChannel(() => ({ selected: false }));
    return [
      fromClient('tx.select').does(() => ({ channel }) => {
        transactional(channel).selected = true;
        return undefined;
      }),
      fromClient('basic.reject', 'basic.nack').does(() => ({ command, channel, later, ask }) => {
        if (!transactional(channel).selected) return undefined;
        later(command);
        ask(made(command.channel, 'tx.commit'));
        return [];
      }),
    ];
  },
);

export const oneTransactionPerChannel = mutant(
  'one-transaction-per-channel',
  'ends one transaction of a channel, and refuses to end a second one',
  () => {
    const transactions = perChannel(() => ({ over: false }));
    return [
      fromClient('tx.commit', 'tx.rollback').does(() => ({ channel, refuse }) => {
        const { over } = transactions(channel);
        transactions(channel).over = true;
        if (!over) return undefined;
        refuse(406, 'PRECONDITION_FAILED - channel is not transactional');
        return [];
      }),
    ];
  },
);

/** So errors of a transaction, which RabbitMQ finds at once, come with its commit. */
export const checkedAtCommit = mutant(
  'checked-at-commit',
  'looks at what is said in a transaction when that is committed',
  () => {
    const transaction = perChannel(() => ({ selected: false, said: [] as Command[] }));
    return [
      fromClient('tx.select', 'tx.rollback').does(() => ({ command, channel }) => {
        transaction(channel).said = [];
        if (command.is('tx.select')) transaction(channel).selected = true;
        return undefined;
      }),
      fromClient('basic.publish', 'basic.ack', 'basic.nack', 'basic.reject').does(
        () =>
          ({ command, channel }) => {
            const { selected, said } = transaction(channel);
            if (!selected) return undefined;
            said.push(command);
            return [];
          },
      ),
      fromClient('tx.commit').does(() => ({ command, channel }) => {
        const { said } = transaction(channel);
        transaction(channel).said = [];
        return [...said, command];
      }),
    ];
  },
);

export const rollbacksUndoDeclarations = mutant(
  'rollbacks-undo-declarations',
  'deletes with a rollback the queues that were declared in the transaction',
  () => {
    const transaction = perChannel(() => ({ declared: new Set<string>() }));
    return [
      fromClient('queue.declare').does(() => ({ command, channel }) => {
        transaction(channel).declared.add(command.arguments.queue.toString());
        return undefined;
      }),
      fromClient('tx.select').does(() => ({ channel }) => {
        transaction(channel).declared.clear();
        return undefined;
      }),
      fromClient('tx.rollback').does(() => ({ command, channel, ask }) => {
        const { declared } = transaction(channel);
        if (declared.size === 0) return undefined;
        for (const queue of declared) ask(made(command.channel, 'queue.delete', { queue }));
        return [command];
      }),
    ];
  },
);

function saidInPlaceOf(name: 'tx.commit' | 'tx.rollback', other: 'tx.commit' | 'tx.rollback') {
  return fromClient(name).does(() => ({ command, answer }) => {
    answer(undefined, made(command.channel, other));
    return [];
  });
}
