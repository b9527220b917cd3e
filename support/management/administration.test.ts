import { randomUUID } from 'node:crypto';
import { pEvent } from 'p-event';
import { lt } from 'semver';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askUntil } from '../waiting/until.ts';
import { BrokerOfTests, durable, sampled } from './broker-of-tests.test-support.ts';

const on = new BrokerOfTests();

describe('users, permissions, limits', () => {
  let user: string;
  beforeEach(async () => {
    user = `alice/${randomUUID()}`;
    await on.management.users.put(user, { password: 'secret', tags: ['monitoring', 'policymaker'] });
  });
  afterEach(() => on.management.users.delete(user));

  test('a user has tags, and logs in with the password', async () => {
    expect(await on.management.users.get(user)).toMatchObject({
      name: user,
      tags: ['monitoring', 'policymaker'],
    });
    expect((await on.management.users.list()).map(({ name }) => name)).toContain(user);

    const alice = on.as(user, 'secret');
    expect(await alice.overview()).toHaveProperty('rabbitmq_version');
    await expect(alice.virtualHosts.put('not hers')).rejects.toMatchObject({ status: 401 });
    await alice.close();

    const impostor = on.as(user, 'wrong');
    await expect(impostor.overview()).rejects.toMatchObject({ status: 401 });
    await impostor.close();
  });

  test('a hash stands for its password', async () => {
    const { password_hash = '' } = await on.management.users.get(user);
    await on.management.users.put(user, { password_hash, tags: ['management'] });
    const alice = on.as(user, 'secret');
    expect(await alice.http.request('GET', '/whoami')).toMatchObject({ status: 200 });
    await alice.close();
  });

  test('permissions are given and taken', async () => {
    const permissions = { configure: '', write: '^a$', read: '.*' };
    await on.here.permissions.put(user, permissions);
    expect(await on.here.permissions.list()).toContainEqual({ user, vhost: on.vhost, ...permissions });
    await on.here.permissions.delete(user);
    expect((await on.here.permissions.list()).map((permission) => permission.user)).not.toContain(user);
  });

  test('topic permissions are given and taken', async () => {
    const permissions = { exchange: 'amq.topic', write: '^a', read: '^b' };
    await on.here.permissions.put(user, { configure: '', write: '.*', read: '.*' });
    await on.here.topicPermissions.put(user, permissions);
    expect(await on.here.topicPermissions.list()).toEqual([{ user, vhost: on.vhost, ...permissions }]);
    await on.here.topicPermissions.delete(user);
    expect(await on.here.topicPermissions.list()).toEqual([]);
  });

  test('limits are set and cleared', async ({ skip }) => {
    skip(lt(on.broker.description.version, '3.8.10'), 'users have limits from 3.8.10 on');
    const ofUser = on.management.users.limits(user);
    await ofUser.put('max-connections', 3);
    await on.here.limits.put('max-queues', 1);
    expect(await ofUser.get()).toEqual({ 'max-connections': 3 });
    expect(await on.here.limits.get()).toEqual({ 'max-queues': 1 });
    await ofUser.delete('max-connections');
    await on.here.limits.delete('max-queues');
    expect([await ofUser.get(), await on.here.limits.get()]).toEqual([{}, {}]);
  });
});

describe('policies', () => {
  test('a policy and an operator policy apply to a queue', async () => {
    await on.here.queues.put('tasks', durable);
    await on.here.policies.put('ttl', {
      pattern: '^tasks$',
      definition: { 'message-ttl': 1000 },
      priority: 1,
    });
    await on.here.operatorPolicies.put('cap', {
      pattern: '',
      definition: { 'max-length': 10 },
      'apply-to': 'queues',
    });

    expect(await on.here.policies.list()).toMatchObject([
      {
        name: 'ttl',
        pattern: '^tasks$',
        'apply-to': 'all',
        priority: 1,
        definition: { 'message-ttl': 1000 },
      },
    ]);
    expect(await on.here.operatorPolicies.get('cap')).toMatchObject({ 'apply-to': 'queues', priority: 0 });
    const queue = await askUntil(
      () => on.here.queues.get('tasks'),
      ({ effective_policy_definition: effective }) => Object.keys(effective ?? {}).length === 2,
      sampled,
    );
    expect(queue).toMatchObject({
      policy: 'ttl',
      operator_policy: 'cap',
      effective_policy_definition: { 'message-ttl': 1000, 'max-length': 10 },
    });

    await on.here.policies.delete('ttl');
    await on.here.operatorPolicies.delete('cap');
    expect([await on.here.policies.list(), await on.here.operatorPolicies.list()]).toEqual([[], []]);
  });

  test('an unknown key is refused', async () => {
    const refusal = on.here.policies.put('wrong', { pattern: '', definition: { 'no-such-key': 1 } });
    await expect(refusal).rejects.toMatchObject({
      status: 400,
      reason: expect.stringContaining('not recognised'),
    });
  });
});

describe('connections', () => {
  test('are listed with their channels and consumers, and closed with a reason', async () => {
    await on.channel.assertQueue('tasks', durable);
    await on.channel.consume('tasks', () => undefined, { consumerTag: 'worker', noAck: true });

    const [listed] = await askUntil(
      on.here.connections,
      (connections) => connections.some(({ user_provided_name: name }) => name === on.vhost),
      sampled,
    );
    const name = listed?.name ?? '';
    expect(await on.management.connections.list()).toContainEqual(expect.objectContaining({ name }));
    expect(await on.management.connections.get(name)).toMatchObject({
      vhost: on.vhost,
      user: on.broker.description.username,
      state: 'running',
      client_properties: { connection_name: on.vhost },
    });
    const consumers = await askUntil(on.here.consumers, ({ length }) => length === 1, sampled);
    expect(consumers).toMatchObject([
      { consumer_tag: 'worker', ack_required: false, queue: { name: 'tasks', vhost: on.vhost } },
    ]);
    const channels = await askUntil(
      () => on.management.connections.channels(name),
      ([first]) => first?.consumer_count === 1,
      sampled,
    );
    expect(channels).toMatchObject([{ number: 1, confirm: true, consumer_count: 1 }]);
    expect((await on.here.channels()).map((other) => other.name)).toEqual(
      channels.map((other) => other.name),
    );

    const closed = pEvent(on.connection, 'close', { rejectionEvents: [] });
    await on.management.connections.close(name, 'maintenance tonight');
    expect(await closed).toMatchObject({
      code: 320,
      message: expect.stringContaining('CONNECTION_FORCED - maintenance tonight'),
    });
    expect(await askUntil(on.here.connections, ({ length }) => length === 0, sampled)).toEqual([]);
    await expect(on.management.connections.close(name)).rejects.toMatchObject({ status: 404 });
  });
});

describe('definitions', () => {
  test('of a virtual host are exported, and imported into another', async () => {
    await on.here.queues.put('tasks', durable);
    await on.here.bindings.create(
      { source: 'amq.topic', destination: 'tasks', destination_type: 'queue' },
      { routing_key: 'a.#' },
    );
    const definitions = await on.here.definitions.export();
    expect(definitions).toMatchObject({ queues: [{ name: 'tasks' }], bindings: [{ routing_key: 'a.#' }] });

    const elsewhere = `${on.vhost} copy`;
    await on.management.virtualHosts.put(elsewhere);
    await on.management.in(elsewhere).definitions.import(definitions);
    expect(await on.management.in(elsewhere).queues.get('tasks')).toMatchObject({ durable: true });
    await on.management.virtualHosts.delete(elsewhere);
  });

  test('of the broker are exported and imported', async () => {
    const definitions = await on.management.definitions.export();
    expect(definitions.vhosts?.map(({ name }) => name)).toContain(on.vhost);
    expect(definitions.users).toBeDefined();
    await on.management.definitions.import({
      queues: [{ name: 'tasks', vhost: on.vhost, durable: true, auto_delete: false, arguments: {} }],
    });
    expect(await on.here.queues.get('tasks')).toMatchObject({ name: 'tasks' });
  });

  test('that are broken are refused', async () => {
    await expect(
      on.here.definitions.import({
        queues: [
          { name: 'tasks', durable: true, auto_delete: false, arguments: { 'x-message-ttl': 'long' } },
        ],
      }),
    ).rejects.toMatchObject({
      status: 400,
    });
  });
});

describe('the broker', () => {
  test('tells its version, listeners and totals', async () => {
    const overview = await on.management.overview();
    expect(overview.rabbitmq_version).toBe(on.broker.description.version);
    expect(overview.listeners?.map(({ protocol }) => protocol)).toContain('amqp');
    expect(overview.object_totals?.exchanges).toBeGreaterThan(0);
  });

  test('tells its nodes and virtual hosts', async () => {
    const [node] = await on.management.nodes.list();
    expect(await on.management.nodes.get(node?.name ?? '')).toMatchObject({ running: true });
    expect((await on.management.virtualHosts.list()).map(({ name }) => name)).toContain(on.vhost);
    expect(await on.management.virtualHosts.put(on.vhost, { tracing: true })).toEqual({ created: false });
    expect(await on.management.virtualHosts.get(on.vhost)).toMatchObject({ name: on.vhost, tracing: true });
  });

  test('is healthy, and says why where it is not', async ({ skip }) => {
    skip(lt(on.broker.description.version, '3.8.10'), 'there are health checks from 3.8.10 on');
    expect(await on.management.health('alarms')).toEqual({ healthy: true, reason: undefined });
    expect(await on.management.health('port-listener/1')).toEqual({
      healthy: false,
      reason: 'No active listener',
    });
  });
});
