import { methodNames } from '../../wire/method-lookup.ts';
import { type MethodName, repliesTo } from '../../wire/index.ts';
import type { Side } from '../rule.ts';

/** Methods that only brokers say, among those that answer nothing; all others clients say. */
const onlyBrokersSay: readonly MethodName[] = [
  'connection.start',
  'connection.secure',
  'connection.tune',
  'connection.blocked',
  'connection.unblocked',
  'basic.return',
  'basic.deliver',
];

/** Methods that both say. */
const bothSay: readonly MethodName[] = [
  'connection.close',
  'channel.flow',
  'channel.close',
  'basic.cancel',
  'basic.ack',
  'basic.nack',
];

/** What clients don't speak: of AMQP 0-8, or between a broker and its own plugins. */
const unspoken: readonly MethodName[] = ['basic.credit', 'basic.credit-ok', 'basic.credit-drained'];

const other = { client: 'broker', broker: 'client' } as const;

const answers = new Map<MethodName, Set<Side>>();
for (const name of methodNames) {
  for (const reply of repliesTo(name)) {
    const sides = answers.get(reply) ?? new Set();
    for (const side of saidFirst(name)) sides.add(other[side]);
    answers.set(reply, sides);
  }
}

/** Each method that clients and brokers say to each other, once for each who says it. */
export const saidMethods: readonly { from: Side; name: MethodName }[] = methodNames
  .filter((name) => !unspoken.includes(name))
  .flatMap((name) => [...(answers.get(name) ?? saidFirst(name))].map((from) => ({ from, name })));

/** Whether it answers another method. */
export function isAnswer(name: MethodName): boolean {
  return answers.has(name);
}

function saidFirst(name: MethodName): readonly Side[] {
  if (bothSay.includes(name)) return ['client', 'broker'];
  return onlyBrokersSay.includes(name) ? ['broker'] : ['client'];
}
