import type { announcedExtensions } from '../broker/extensions.ts';
import { askUntil } from '../waiting/until.ts';
import { table } from '../wire/index.ts';
import type { Question } from './question.ts';
import { asked } from './questioner.ts';
import { no, unknown, yes } from './reading.ts';

/** How long a broker may take for what it is not known to do, in milliseconds. */
const unaskedMs = 1_000;

/**
 * How a broker that announces nothing at all is asked for what others announce. `connection.blocked` and
 * `authentication_failure_close` are left out: nobody fills the memory of a broker, or tries passwords, to find out.
 */
export const announced: Record<
  Exclude<(typeof announcedExtensions)[number], 'connection.blocked' | 'authentication_failure_close'>,
  Question
> = {
  'basic.nack': {
    asks: 'A message is taken, and given back by basic.nack.',
    async talk(broker) {
      const queue = await broker.queue();
      await broker.connection.publish('', queue, 'given back');
      const taken = await askUntil(
        async () => await broker.get(queue, { noAck: false }),
        (message) => message !== undefined,
        { within: unaskedMs },
      );
      if (taken === undefined) return ['nothing to take'];
      const { deliveryTag } = taken.arguments;
      await broker.connection.tell('basic.nack', { deliveryTag, requeue: true });
      const again = await asked(
        askUntil(
          async () => await broker.get(queue),
          (message) => message !== undefined,
          { within: unaskedMs },
        ),
      );
      return [again === undefined ? 'it stayed away' : 'it came back'];
    },
    read([what]) {
      if (what === 'nothing to take') return unknown('a message that was published did not arrive');
      return what === 'it came back'
        ? yes('the message came back')
        : no('basic.nack was accepted, but the message did not come back');
    },
  },

  consumer_priorities: {
    asks: 'Of the two consumers of a queue one has a higher x-priority, once the older one and once the newer one.',
    async talk(broker) {
      const served: string[] = [];
      for (const priorities of [
        { high: 10, low: 1 },
        { low: 1, high: 10 },
      ]) {
        const queue = await broker.queue();
        for (const [tag, priority] of Object.entries(priorities)) {
          const consumer = { noAck: true, channel: 2, arguments: table({ 'x-priority': priority }) };
          await asked(broker.consume(queue, `${tag} of ${queue}`, consumer));
        }
        for (const body of ['1', '2', '3', '4']) {
          await broker.connection.publish('', queue, body);
          served.push((await broker.delivery(2)).consumerTag.split(' ').slice(0, 1).join());
        }
      }
      return served;
    },
    read: (served) =>
      served.every((consumer) => consumer === 'high')
        ? yes('the consumer of the higher priority got all messages')
        : no('the argument was accepted, but the consumer of the lower priority got messages as well'),
  },

  direct_reply_to: {
    asks: 'A request is published with amq.rabbitmq.reply-to in reply-to, and answered.',
    async talk(broker) {
      const pseudoQueue = 'amq.rabbitmq.reply-to';
      const queue = await broker.queue();
      await asked(broker.consume(pseudoQueue, 'requester', { noAck: true, channel: 2 }));
      await broker.connection.publish('', queue, 'request', {
        channel: 2,
        properties: { replyTo: pseudoQueue },
      });
      const request = await askUntil(
        async () => await broker.get(queue),
        (message) => message !== undefined,
        { within: unaskedMs },
      );
      const replyTo = request?.properties.replyTo?.toString() ?? '';
      await broker.connection.publish('', replyTo, 'answer');
      const answer = await broker.deliveryWithin(unaskedMs, 2);
      return [answer === undefined ? 'no answer' : 'answered'];
    },
    read: ([what]) =>
      what === 'answered'
        ? yes('the answer arrived without a queue')
        : no('the name was accepted, but the answer did not arrive'),
  },

  exchange_exchange_bindings: {
    asks: 'An exchange is bound to another one, and a message published there.',
    async talk(broker) {
      const [source, destination] = [await broker.exchange('fanout'), await broker.exchange('fanout')];
      const queue = await broker.queue();
      await broker.bind(queue, destination);
      await asked(broker.connection.call('exchange.bind', { source, destination }));
      await broker.connection.publish(source, '', 'through both');
      await broker.connection.publish(destination, '', 'last');
      return await broker.arrivals(queue, 'last');
    },
    read: (arrived) =>
      arrived.includes('through both')
        ? yes('the message arrived through both exchanges')
        : no('the binding was accepted, but the message did not arrive'),
  },

  per_consumer_qos: {
    asks: 'After basic.qos 1 without global, two consumers of one channel take from queues of two messages each.',
    async talk(broker) {
      const queues = { one: await broker.queue(), other: await broker.queue() };
      await broker.connection.call('basic.qos', { prefetchCount: 1 }, { channel: 2 });
      for (const [tag, queue] of Object.entries(queues)) await broker.consume(queue, tag, { channel: 2 });
      for (const queue of Object.values(queues))
        for (const body of ['first', 'second']) await broker.connection.publish('', queue, body);

      await broker.handled();
      const served: string[] = [];
      for (;;) {
        const delivery = await broker.deliveryWithin(unaskedMs, 2);
        if (delivery === undefined) return served;
        served.push(delivery.consumerTag);
      }
    },
    read(served) {
      if (served.length > 2) return unknown(`the prefetch was not heeded: ${served.length} messages came`);
      if (served.length === 2 && served[0] !== served[1]) return yes('each consumer got one message');
      return served.length === 1
        ? no('both consumers together got one message')
        : unknown('the messages did not come as any prefetch would let them');
    },
  },

  publisher_confirms: {
    asks: 'A message is published after confirm.select.',
    async talk(broker) {
      const queue = await broker.queue();
      await asked(broker.connection.call('confirm.select'));
      await broker.connection.publish('', queue, 'confirmed');
      return [(await broker.hears('basic.ack', 1)) ? 'confirmed' : 'not confirmed'];
    },
    read: ([what]) =>
      what === 'confirmed'
        ? yes('the message was confirmed by basic.ack')
        : no('confirm.select was accepted, but the message was not confirmed'),
  },

  // The last one: some brokers hang from then on
  consumer_cancel_notify: {
    asks: 'A queue is deleted while somebody consumes from it.',
    async talk(broker) {
      const queue = await broker.queue();
      await broker.consume(queue, 'consumer', { channel: 2 });
      await broker.connection.call('queue.delete', { queue });
      return [(await broker.hears('basic.cancel', 2)) ? 'told' : 'not told'];
    },
    read: ([what]) =>
      what === 'told' ? yes('its consumer was told by basic.cancel') : no('its consumer was not told'),
  },
};
