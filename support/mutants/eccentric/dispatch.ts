import type { Command, FieldTable } from '../../wire/index.ts';
import { eachOf } from '../management/answer.ts';
import { mutant } from '../mutant.ts';
import { perChannel } from '../library/remember.ts';
import { streamsKnown } from '../library/streams-known.ts';
import { held } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';

/** How far apart the priorities are that clients give; between them is room for the order in which consumers came. */
const apart = 1_000;

const key = 'x-priority';

/**
 * RabbitMQ itself serves its consumers so when the one that came earlier has the higher priority; what clients say of
 * priorities stays true.
 *
 * @see https://www.rabbitmq.com/docs/consumer-priority
 */
export const servedInBursts = mutant(
  'served-in-bursts',
  'gives what it has to the consumer that came first, as long as that one can take more, and not to each in turn',
  () => {
    /** How many consumers each queue ever had. */
    const come = new Map<string, number>();
    const known = streamsKnown();
    return [
      ...known.rules,
      fromClient('basic.consume').change(({ queue, arguments: table }, moment) => {
        const given = priorityIn(table);
        // Consumers of streams have no priorities
        if (given === undefined || known.isStream(moment)) return {};
        const { virtualHost } = moment;
        const place = `${virtualHost}\0${queue.toString()}`;
        const before = come.get(place) ?? 0;
        come.set(place, before + 1);
        const value = given * apart + Math.max(0, apart - 1 - before);
        return { arguments: [...without(table), [key, { tag: 'I', value }]] };
      }),
    ];
  },
  eachOf('consumers', () => (consumer) => {
    const table = consumer['arguments'];
    if (typeof table !== 'object' || table === null || Array.isArray(table)) return consumer;
    const { [key]: made, ...others } = table;
    if (typeof made !== 'number') return consumer;
    const given = Math.floor(made / apart);
    return { ...consumer, arguments: given === 0 ? others : { ...others, [key]: given } };
  }),
);

/** The priority that a client gives, 0 if it gives none; `undefined` where none can be given, or it is malformed. */
function priorityIn(table: FieldTable): number | undefined {
  if (table.some(([name]) => name.toString() === 'x-stream-offset')) return undefined;
  const [, given] = table.find(([name]) => name.toString() === key) ?? [];
  if (given === undefined) return 0;
  const whole = typeof given.value === 'number' || typeof given.value === 'bigint';
  return whole && 'bBsuIil'.includes(given.tag) ? Number(given.value) : undefined;
}

function without(table: FieldTable): FieldTable {
  return table.filter(([name]) => name.toString() !== key);
}

/** How long what comes for one consumer of a channel may be overtaken, in milliseconds. */
const overtakenForMs = 3;

/** The order for each consumer stays, and an answer of the channel comes after all that was delivered before it. */
export const queuesInterleaved = mutant(
  'queues-interleaved',
  'lets what it delivers from one queue overtake what it delivers from another to the same channel',
  () => {
    const consumers = perChannel(() => ({ count: 0 }));
    const kept = perChannel<{ commands: Command<'basic.deliver'>[]; timer?: NodeJS.Timeout }>(() => ({
      commands: [],
    }));
    return [
      fromClient('basic.consume').does(() => ({ channel }) => {
        consumers(channel).count += 1;
        return undefined;
      }),
      fromBroker().does(() => ({ command, channel, later }) => {
        const waiting = kept(channel);
        const release = () => {
          clearTimeout(waiting.timer);
          return waiting.commands.splice(0);
        };
        if (!command.is('basic.deliver'))
          return waiting.commands.length === 0 ? undefined : [...release(), command];
        const [first] = waiting.commands;
        if (first === undefined) {
          if (consumers(channel).count < 2) return undefined;
          waiting.timer = setTimeout(() => release().forEach(later), overtakenForMs);
        } else if (tagOf(first) !== tagOf(command)) return [command];
        waiting.commands.push(command);
        return held;
      }),
    ];
  },
);

function tagOf(delivery: Command<'basic.deliver'>): string {
  return delivery.arguments.consumerTag.toString();
}
