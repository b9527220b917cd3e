import { pEvent } from 'p-event';
import { describe, expect, test } from 'vitest';
import { askUntil } from '../waiting/until.ts';
import { BrokerOfTests, durable, sampled } from './broker-of-tests.test-support.ts';
import { ManagementError } from './error.ts';

const on = new BrokerOfTests();

describe('names', () => {
  test.for(['a/b', '100%', '%2F', 'a+b c', 'naïve 队列', 'x?y#z', "it's (1)*!", ';,:@&='])(
    'a queue and an exchange may be called %s',
    async (name) => {
      await on.here.queues.put(name, durable);
      await on.here.exchanges.put(name, { type: 'topic', durable: true });
      await on.here.bindings.create({ source: name, destination: name, destination_type: 'queue' });

      expect(await on.here.queues.get(name)).toMatchObject({ name, vhost: on.vhost });
      expect(await on.here.exchanges.get(name)).toMatchObject({ name, vhost: on.vhost, type: 'topic' });
      expect(await on.here.queues.bindings(name)).toMatchObject([
        { source: '', routing_key: name },
        { source: name, routing_key: '' },
      ]);

      await on.here.queues.delete(name);
      await on.here.exchanges.delete(name);
      await expect(on.here.queues.get(name)).rejects.toMatchObject({ status: 404 });
    },
  );
});

describe('queues', () => {
  test('are created once, and are refused with other parameters', async () => {
    expect(await on.here.queues.put('tasks', durable)).toEqual({ created: true });
    expect(await on.here.queues.put('tasks', durable)).toEqual({ created: false });

    const refusal = on.here.queues.put('tasks', { ...durable, auto_delete: true });
    await expect(refusal).rejects.toBeInstanceOf(ManagementError);
    await expect(refusal).rejects.toMatchObject({
      status: 400,
      method: 'PUT',
      path: `/api/queues/${encodeURIComponent(on.vhost)}/tasks`,
      error: 'bad_request',
      reason: expect.stringContaining("inequivalent arg 'auto_delete' for queue 'tasks'"),
    });
  });

  test('keep their arguments', async () => {
    await on.here.queues.put('tasks', { ...durable, arguments: { 'x-message-ttl': 1000 } });
    expect((await on.here.queues.list()).map(({ name, arguments: args }) => [name, args])).toEqual([
      ['tasks', expect.objectContaining({ 'x-message-ttl': 1000 })],
    ]);
  });

  test('are deleted only while unused or empty, if that is asked', async () => {
    await on.here.queues.put('tasks', durable);
    await on.here.exchanges.publish('', 'tasks', 'task');
    await expect(on.here.queues.delete('tasks', { ifEmpty: true })).rejects.toMatchObject({ status: 400 });
    await on.channel.consume('tasks', () => undefined);
    await expect(on.here.queues.delete('tasks', { ifUnused: true })).rejects.toMatchObject({ status: 400 });
    await on.here.queues.delete('tasks');
    expect(await on.here.queues.list()).toEqual([]);
  });

  test('have counters that are right at once, and a number of consumers that is right some time', async () => {
    await on.here.queues.put('tasks', durable);
    for (const body of ['1', '2', '3', '4']) on.channel.sendToQueue('tasks', Buffer.from(body));
    await on.channel.waitForConfirms();
    expect(await on.here.queues.counters('tasks')).toMatchObject({
      ready: 4,
      unacknowledged: 0,
      state: 'running',
    });

    await on.channel.prefetch(3);
    const third = pEvent(on.channel, 'delivery', { filter: ({ fields }) => fields.deliveryTag === 3 });
    await on.channel.consume('tasks', () => undefined);
    await third;
    expect(await on.here.queues.counters('tasks')).toMatchObject({ ready: 1, unacknowledged: 3 });

    const counters = await askUntil(
      () => on.management.queueCounters(on.vhost, 'tasks'),
      ({ consumers }) => consumers === 1,
      sampled,
    );
    expect(counters).toEqual({ ready: 1, unacknowledged: 3, consumers: 1, state: 'running' });

    const queue = await askUntil(
      () => on.here.queues.get('tasks'),
      ({ messages_unacknowledged }) => messages_unacknowledged === 3,
      sampled,
    );
    expect(queue).toMatchObject({ messages: 4, messages_ready: 1, messages_unacknowledged: 3 });
  });

  test('give and take messages: strings, bytes, properties', async () => {
    await on.here.queues.put('tasks', durable);
    const bytes = Buffer.from([0, 255, 128]);
    expect(
      await on.here.exchanges.publish('', 'tasks', 'grün', { delivery_mode: 2, headers: { a: 1 } }),
    ).toEqual({
      routed: true,
    });
    expect(await on.here.exchanges.publish('', 'tasks', bytes)).toEqual({ routed: true });
    expect(await on.here.exchanges.publish('', 'nobody', 'lost')).toEqual({ routed: false });

    expect(await on.here.queues.getMessages('tasks')).toMatchObject([
      {
        payload: 'grün',
        payload_encoding: 'string',
        redelivered: false,
        message_count: 1,
        properties: { delivery_mode: 2, headers: { a: 1 } },
      },
    ]);
    const got = await on.here.queues.getMessages('tasks', { count: 5, ackmode: 'ack_requeue_false' });
    expect(got).toMatchObject([
      { payload: 'grün', redelivered: true },
      { payload: bytes.toString('base64'), payload_encoding: 'base64', payload_bytes: 3, properties: {} },
    ]);
    expect(await on.here.queues.getMessages('tasks')).toEqual([]);
  });

  test('are purged', async () => {
    await on.here.queues.put('tasks', durable);
    await on.here.exchanges.publish('', 'tasks', 'task');
    await on.here.queues.purge('tasks');
    expect(await on.here.queues.counters('tasks')).toMatchObject({ ready: 0 });
  });
});

describe('exchanges and bindings', () => {
  test('the predeclared exchanges are there, the default one by its empty name', async () => {
    expect((await on.here.exchanges.list()).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['', 'amq.direct', 'amq.fanout', 'amq.headers', 'amq.match', 'amq.topic']),
    );
    expect(await on.here.exchanges.get('')).toMatchObject({ name: '', type: 'direct' });
  });

  test('an exchange in use is not deleted if only an unused one shall be', async () => {
    await on.here.exchanges.put('logs', { type: 'fanout', durable: true });
    await on.here.bindings.create({ source: 'logs', destination: 'amq.topic', destination_type: 'exchange' });
    await expect(on.here.exchanges.delete('logs', { ifUnused: true })).rejects.toMatchObject({ status: 400 });
    await on.here.exchanges.delete('logs');
  });

  test.for(['', 'error', 'a/b', 'c d+', '100%', 'ü.队列'])(
    'a binding with the key "%s" comes and goes',
    async (key) => {
      await on.here.queues.put('q/1', durable);
      const ends = { source: 'amq.direct', destination: 'q/1', destination_type: 'queue' } as const;
      const { properties_key } = await on.here.bindings.create(ends, {
        routing_key: key,
        arguments: { x: 1 },
      });
      const binding = { ...ends, properties_key, routing_key: key, arguments: { x: 1 } };
      expect(await on.here.exchanges.bindings('amq.direct', 'source')).toEqual([
        { ...binding, vhost: on.vhost },
      ]);
      expect(await on.here.bindings.list()).toContainEqual({ ...binding, vhost: on.vhost });

      await on.here.bindings.delete({ ...ends, properties_key });
      expect(await on.here.exchanges.bindings('amq.direct', 'source')).toEqual([]);
    },
  );
});
