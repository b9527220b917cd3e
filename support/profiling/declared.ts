import type { declaredExtensions } from '../broker/extensions.ts';
import { askUntil } from '../waiting/until.ts';
import { table } from '../wire/index.ts';
import { Refused } from './client-connection.ts';
import type { Question } from './question.ts';
import { accepts, asked } from './questioner.ts';
import { no, unknown, yes } from './reading.ts';

/** The lease of messages and queues that are to go by themselves, in milliseconds. */
const leaseMs = 100;
/** How long they may take to go, in milliseconds: brokers look for them in their own time. */
const goneMs = 3_000;
/** How long a message may take to a consumer that is free, in milliseconds. */
const freeMs = 500;

/** For each extension that no broker announces: how a broker is asked for it. */
export const declared: Record<(typeof declaredExtensions)[number], Question> = {
  alternate_exchanges: {
    asks: 'An exchange with the argument alternate-exchange is sent a message that has no route.',
    async talk(broker) {
      const behind = await broker.queue();
      const alternate = await broker.exchange('fanout');
      await broker.bind(behind, alternate);
      const first = await asked(
        broker.exchange('direct', { arguments: table({ 'alternate-exchange': alternate }) }),
      );
      await broker.bind(behind, first, 'known');
      await broker.connection.publish(first, 'unknown', 'without a route');
      await broker.connection.publish(first, 'known', 'last');
      return await broker.arrivals(behind, 'last');
    },
    read: (arrived) =>
      arrived.includes('without a route')
        ? yes('a message without a route arrived by the alternate exchange')
        : no('the argument was accepted, but the message without a route was dropped'),
  },

  auto_delete_exchanges: {
    asks: 'A queue is bound to an exchange with auto-delete, and unbound again.',
    async talk(broker) {
      const type = 'fanout';
      const exchange = await asked(broker.exchange(type, { autoDelete: true }));
      const queue = await broker.queue();
      await broker.bind(queue, exchange);
      if (!(await broker.exists({ exchange, type }))) return ['gone while bound'];
      await broker.connection.call('queue.unbind', { queue, exchange });
      const stays = await askUntil(
        async () => await broker.exists({ exchange, type }),
        (exists) => !exists,
        { within: goneMs },
      );
      return [stays ? 'stayed' : 'went'];
    },
    read([what]) {
      if (what === 'went') return yes('the exchange went with its last binding');
      if (what === 'stayed')
        return no('the flag was accepted, but the exchange was still there after its last binding had gone');
      return unknown('the exchange was not there even while it was bound');
    },
  },

  dead_letter_exchanges: {
    asks: 'A message that was rejected comes from the exchange of x-dead-letter-exchange.',
    async talk(broker) {
      const dead = await broker.queue();
      const letters = await broker.exchange('fanout');
      await broker.bind(dead, letters);
      const source = await asked(broker.queue(table({ 'x-dead-letter-exchange': letters })));
      await broker.connection.publish('', source, 'rejected');
      await broker.handled();
      const rejected = await broker.get(source, { noAck: false });
      if (rejected === undefined) return ['nothing to take'];
      const { deliveryTag } = rejected.arguments;
      await broker.connection.tell('basic.reject', { deliveryTag, requeue: false });
      const arrived = await askUntil(
        async () => await broker.ready(dead),
        (ready) => ready > 0,
        { within: goneMs },
      );
      return arrived > 0 ? await broker.content(dead) : [];
    },
    read(arrived) {
      if (arrived.includes('nothing to take')) return unknown('the message did not arrive in its queue');
      return arrived.includes('rejected')
        ? yes('the message arrived by the exchange')
        : no('the argument was accepted, but the message was dropped');
    },
  },

  internal_exchanges: {
    asks: 'A client publishes to an exchange with the flag internal.',
    async talk(broker) {
      const exchange = await asked(broker.exchange('fanout', { internal: true }));
      const queue = await broker.queue();
      await broker.bind(queue, exchange);
      await broker.connection.publish(exchange, '', 'from a client', { channel: 2 });
      // On the same channel: it is answered after what was published
      const question = broker.connection.call('queue.declare', { queue, passive: true }, { channel: 2 });
      const refusal = await question.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (refusal !== undefined && !(refusal instanceof Refused)) throw refusal;
      await broker.connection.publish('', queue, 'last');
      const arrived = await broker.arrivals(queue, 'last');
      return refusal === undefined ? arrived : ['refused', ...arrived];
    },
    read(happened) {
      if (happened.includes('from a client'))
        return no('the flag was accepted, but what a client published to the exchange was routed');
      return happened.includes('refused')
        ? yes('a client was refused to publish to the exchange')
        : unknown('what a client published to the exchange was dropped, and not refused');
    },
  },

  message_ttl: {
    asks: `Messages wait in queues: one in a queue with x-message-ttl ${leaseMs}, one with expiration ${leaseMs}, one without.`,
    async talk(broker) {
      const short = await asked(broker.queue(table({ 'x-message-ttl': leaseMs })));
      const long = await broker.queue();
      await broker.connection.publish('', short, 'x-message-ttl');
      await broker.connection.publish('', long, 'expiration', {
        properties: { expiration: String(leaseMs) },
      });
      await broker.connection.publish('', long, 'unlimited');
      await broker.handled();
      await askUntil(
        async () => (await broker.ready(short)) + (await broker.ready(long)),
        (left) => left <= 1,
        { within: goneMs },
      );
      return [...(await broker.content(short)), ...(await broker.content(long))];
    },
    read(left) {
      if (!left.includes('unlimited')) return unknown('a message without a limit was gone too');
      const stayed = ['x-message-ttl', 'expiration'].filter((limit) => left.includes(limit));
      if (stayed.length === 0) return yes(`messages with either limit of ${leaseMs} ms went`);
      return no(
        stayed.length === 2
          ? `both limits of ${leaseMs} ms were accepted, but the messages were still there after ${goneMs} ms`
          : `${stayed.join()} was accepted, but the message was still there after ${goneMs} ms; the other one went`,
      );
    },
  },

  priority_queues: {
    asks: 'A queue with x-max-priority 10 is sent a message of priority 1, then one of priority 9.',
    async talk(broker) {
      const queue = await asked(broker.queue(table({ 'x-max-priority': 10 })));
      await broker.connection.publish('', queue, 'low', { properties: { priority: 1 } });
      await broker.connection.publish('', queue, 'high', { properties: { priority: 9 } });
      await broker.handled();
      return await broker.content(queue);
    },
    read(arrived) {
      if (arrived.length !== 2) return unknown(`of two messages ${arrived.length} arrived`);
      return arrived[0] === 'high'
        ? yes('the message of the higher priority came first, though it was sent later')
        : no('the argument was accepted, but the messages came in the order in which they were sent');
    },
  },

  queue_length_limit: {
    asks: 'A queue with x-max-length 1 is sent two messages.',
    async talk(broker) {
      const queue = await asked(broker.queue(table({ 'x-max-length': 1 })));
      await broker.connection.publish('', queue, 'older');
      await broker.connection.publish('', queue, 'newer');
      await broker.handled();
      return await broker.content(queue);
    },
    read(kept) {
      if (kept.length === 1) return yes(`it kept the ${kept.join()} one alone`);
      return kept.length === 2
        ? no('the argument was accepted, but both messages were kept')
        : unknown('both messages were gone');
    },
  },

  queue_ttl: {
    asks: `A queue with x-expires ${leaseMs} is left alone.`,
    async talk(broker) {
      const queue = await asked(broker.queue(table({ 'x-expires': leaseMs })));
      const stays = await askUntil(
        async () => await broker.exists({ queue }),
        (exists) => !exists,
        // To look for it may renew its lease, so this leaves it alone for longer than that
        { within: goneMs, interval: 3 * leaseMs },
      );
      return [stays ? 'stayed' : 'went'];
    },
    read: ([what]) =>
      what === 'went'
        ? yes('the queue went by itself')
        : no(`the argument was accepted, but the queue was still there after ${goneMs} ms`),
  },

  queue_types: {
    asks: 'Queues are declared with x-queue-type classic, and with a type that no broker has.',
    async talk(broker) {
      const type = (name: string) => broker.queue(table({ 'x-queue-type': name }), { durable: true });
      await asked(type('classic'));
      return [(await accepts(type('brokerproof-none'))) ? 'accepted' : 'refused'];
    },
    read: ([what]) =>
      what === 'refused'
        ? yes('the type classic was accepted, and an unknown one refused')
        : no('the argument was accepted with an unknown type too, so it means nothing'),
  },

  quorum_queues: {
    asks: 'Queues are declared with x-queue-type quorum: a durable one, and an exclusive one, which a quorum queue can not be.',
    async talk(broker) {
      const quorum = table({ 'x-queue-type': 'quorum' });
      const queue = await asked(broker.queue(quorum, { durable: true }));
      await broker.connection.publish('', queue, 'last');
      await broker.arrivals(queue, 'last');
      return [
        (await accepts(broker.queue(quorum, { durable: true, exclusive: true }))) ? 'accepted' : 'refused',
      ];
    },
    read: ([what]) =>
      what === 'refused'
        ? yes('a durable one was accepted and gave a message, and an exclusive one was refused')
        : no('the argument was accepted for an exclusive queue too, so it means nothing'),
  },

  sender_selected_distribution: {
    asks: 'A message with the header CC is published for one queue, and names another one in it.',
    async talk(broker) {
      const [one, other] = [await broker.queue(), await broker.queue()];
      await broker.connection.publish('', one, 'copied', { properties: { headers: table({ CC: [other] }) } });
      await broker.connection.publish('', other, 'last');
      await asked(broker.arrivals(one, 'copied'));
      return await broker.arrivals(other, 'last');
    },
    read: (arrived) =>
      arrived.includes('copied')
        ? yes('the queue that CC names got the message too')
        : no('the message arrived, but not in the queue that CC names'),
  },

  single_active_consumer: {
    asks: 'Two consumers with prefetch 1 take from a queue with x-single-active-consumer, which is sent two messages.',
    async talk(broker) {
      const { connection } = broker;
      const queue = await asked(broker.queue(table({ 'x-single-active-consumer': true })));
      for (const [tag, channel] of [
        ['one', 2],
        ['other', 3],
      ] as const) {
        await connection.call('basic.qos', { prefetchCount: 1 }, { channel });
        await broker.consume(queue, tag, { channel });
      }
      await connection.publish('', queue, 'first');
      await connection.publish('', queue, 'second');
      const first = await broker.delivery(2, 3);
      await broker.handled();
      const meanwhile = await broker.deliveryWithin(freeMs, 2, 3);
      if (meanwhile !== undefined) return [first.consumerTag, meanwhile.consumerTag];
      await connection.tell('basic.ack', { deliveryTag: first.deliveryTag }, first);
      return [first.consumerTag, 'acknowledged', (await broker.delivery(2, 3)).consumerTag];
    },
    read([first, then, last]) {
      if (then === 'acknowledged') {
        return first === last
          ? yes('one consumer got both, the second when it had acknowledged the first')
          : unknown('the second message waited, but went to the other consumer');
      }
      return then === first
        ? unknown('one consumer got both at once, in spite of its prefetch')
        : no('the argument was accepted, but both consumers got messages at the same time');
    },
  },

  streams: {
    asks: 'Queues are declared with x-queue-type stream: a durable one, and an exclusive one, which a stream can not be.',
    async talk(broker) {
      const stream = table({ 'x-queue-type': 'stream' });
      await asked(broker.queue(stream, { durable: true }));
      return [
        (await accepts(broker.queue(stream, { durable: true, exclusive: true }))) ? 'accepted' : 'refused',
      ];
    },
    read: ([what]) =>
      what === 'refused'
        ? yes('a durable one was accepted, and an exclusive one was refused')
        : no('the argument was accepted for an exclusive queue too, so it means nothing'),
  },
};
