import { describe, expect, test } from 'vitest';
import type { ManagementClient } from './client.ts';
import { answeredWith, facing } from './facing.test-support.ts';

/** Everything that is read of something, by what alone has to be told of it. */
const questions: Record<
  string,
  { named: object; read: (management: ManagementClient) => Promise<object>; tables?: string[] }
> = {
  'a queue': {
    named: { name: 'tasks' },
    read: (management) => management.in('/').queues.get('tasks'),
    tables: ['arguments', 'message_stats', 'effective_policy_definition'],
  },
  'an exchange': {
    named: { name: 'logs' },
    read: (management) => management.in('/').exchanges.get('logs'),
    tables: ['arguments', 'message_stats'],
  },
  'a connection': {
    named: { name: '127.0.0.1:50474 -> 127.0.0.1:5672' },
    read: (management) => management.connections.get('it'),
    tables: ['client_properties'],
  },
  'a virtual host': { named: { name: '/' }, read: (management) => management.virtualHosts.get('/') },
  'a user': { named: { name: 'alice' }, read: (management) => management.users.get('alice') },
  'a policy': {
    named: { name: 'ttl' },
    read: (management) => management.in('/').policies.get('ttl'),
    tables: ['definition'],
  },
  'a node': { named: { name: 'rabbit@host' }, read: (management) => management.nodes.get('it') },
  'the broker': {
    named: {},
    read: (management) => management.overview(),
    tables: ['object_totals', 'queue_totals', 'message_stats'],
  },
  'the definitions': { named: {}, read: (management) => management.definitions.export() },
  'a publication': { named: {}, read: (management) => management.in('/').exchanges.publish('', 'a', 'b') },
};

/** The same of listings. */
const listings: typeof questions = {
  queues: { named: { name: 'tasks' }, read: (management) => management.in('/').queues.list() },
  exchanges: { named: { name: '' }, read: (management) => management.in('/').exchanges.list() },
  bindings: {
    named: { source: '', destination: 'tasks' },
    read: (management) => management.in('/').bindings.list(),
  },
  'bindings of a queue': {
    named: { source: '(AMQP default)', destination: 'tasks' },
    read: (management) => management.in('/').queues.bindings('tasks'),
  },
  connections: { named: { name: 'it' }, read: (management) => management.in('/').connections() },
  channels: { named: { name: 'it (1)' }, read: (management) => management.in('/').channels() },
  consumers: { named: { consumer_tag: 'worker' }, read: (management) => management.in('/').consumers() },
  'virtual hosts': { named: { name: '/' }, read: (management) => management.virtualHosts.list() },
  users: { named: { name: 'alice' }, read: (management) => management.users.list() },
  policies: { named: { name: 'ttl' }, read: (management) => management.in('/').policies.list() },
  permissions: { named: { user: 'alice' }, read: (management) => management.in('/').permissions.list() },
  'topic permissions': {
    named: { user: 'alice' },
    read: (management) => management.in('/').topicPermissions.list(),
  },
  nodes: { named: { name: 'rabbit@host' }, read: (management) => management.nodes.list() },
};

/** What the API says of every field that the client knows, and of one that it does not. */
const fields = [
  'durable auto_delete exclusive internal tracing running confirm active routed vhost user node type state policy',
  'pattern apply-to priority description messages_ready messages_unacknowledged consumers send_cnt ack_required',
  'prefetch_count routing_key destination_type properties_key configure write read exchange rabbitmq_version',
  'exchange_types listeners queues bindings something_new',
].flatMap((line) => line.split(' '));

function each(value: unknown): object {
  return Object.fromEntries(fields.map((field) => [field, value]));
}

describe.for(Object.entries(questions))('of %s', ([, { named, read, tables = [] }]) => {
  const empty = Object.fromEntries(tables.map((table) => [table, {}]));

  test.for([
    ['absent', {}],
    ['null', { ...each(null), ...Object.fromEntries(tables.map((table) => [table, null])) }],
  ] as const)('what is %s is undefined, and a table is empty', async ([, further]) => {
    const seen = await read(await answeredWith({ ...named, ...further }));
    const known = Object.entries(seen).filter(([field]) => field !== 'something_new' && field !== 'tags');
    const told = Object.fromEntries(known.filter(([, value]) => value !== undefined && value !== null));
    expect(told).toEqual({ ...named, ...empty });
  });

  test('what has another form is handed on as it is', async () => {
    const odd = { ...each(['odd']), ...Object.fromEntries(tables.map((table) => [table, 'odd'])) };
    expect(await read(await answeredWith({ ...odd, ...named }))).toMatchObject({
      durable: ['odd'],
      something_new: ['odd'],
      ...Object.fromEntries(tables.map((table) => [table, 'odd'])),
      ...named,
    });
  });
});

describe.for(Object.entries(listings))('a listing of %s', ([, { named, read }]) => {
  test('gives those that have a name, whatever else is in it and in whatever form', async () => {
    const odd = { ...each({ odd: true }), ...named };
    const seen = await read(
      await answeredWith([{ arguments: {} }, null, 'odd', { ...each(null), ...named }, odd, named]),
    );
    expect(seen).toMatchObject([named, { ...named, durable: { odd: true } }, named]);
    expect(seen).toHaveLength(3);
  });
});

test.for([
  [
    ['monitoring', 'policymaker'],
    ['monitoring', 'policymaker'],
  ],
  ['monitoring,policymaker', ['monitoring', 'policymaker']],
  ['', []],
  [[], []],
  [null, []],
  [undefined, []],
  [{ odd: true }, []],
])('tags that are %o are a list', async ([tags, list]) => {
  const management = await answeredWith([{ name: 'it', tags }]);
  expect(await management.virtualHosts.list()).toMatchObject([{ tags: list }]);
  expect(await management.users.list()).toMatchObject([{ tags: list }]);
});

test('a consumer without arguments, queue and channel has empty ones', async () => {
  const management = await answeredWith([{ consumer_tag: 'worker', queue: null, channel_details: [] }]);
  expect(await management.in('/').consumers()).toMatchObject([
    { consumer_tag: 'worker', queue: {}, channel_details: {}, arguments: {} },
  ]);
});

test('limits that nobody set are none', async () => {
  expect(await (await answeredWith([])).in('/').limits.get()).toEqual({});
  expect(await (await answeredWith([{ value: [] }])).in('/').limits.get()).toEqual({});
  expect(await (await answeredWith([{ vhost: '/' }])).in('/').limits.get()).toEqual({});
});

test('counters that the API does not have are undefined, and the others are told', async () => {
  const tasks = { name: 'tasks', state: 'running', messages_ready: null, consumers: 2 };
  const management = await facing((request, response) =>
    response.end(JSON.stringify(request.url?.includes('/tasks') === true ? tasks : [{ name: 'other' }])),
  );
  expect(await management.in('/').queues.counters('tasks')).toEqual({
    ready: undefined,
    unacknowledged: undefined,
    consumers: 2,
    state: 'running',
  });
});
