import * as library from '../library/index.ts';
import { table } from '../../wire/index.ts';
import { type Bench, demonstration, ifItComes, refusal, settled } from './demonstration.test-support.ts';

export const access = [
  demonstration(
    'a user who may do nothing',
    async (bench) =>
      await withUser(bench, { configure: '^$', write: '^$', read: '^$' }, async ({ user, queue, logs }) => {
        const tried = async (what: (channel: Channel) => Promise<unknown>) =>
          (await refusal(what(await user()))) === 'not refused' ? 'may' : 'may not';
        return [
          await tried((channel) => channel.assertQueue(queue)),
          await tried((channel) => channel.bindQueue(queue, logs, '')),
          await tried(async (channel) => {
            channel.publish(logs, 'orders', Buffer.from('1'));
            await settledByPrefetch(channel);
          }),
          await tried((channel) => channel.get(queue)),
        ];
      }),
    ['may not', 'may not', 'may not', 'may not'],
    [library.permissionUnchecked('queue.declare', 'queue'), ['may', 'may not', 'may not', 'may not']],
    [library.permissionUnchecked('queue.bind', 'queue'), ['may not', 'may', 'may not', 'may not']],
    [library.permissionUnchecked('basic.publish', 'exchange'), ['may not', 'may not', 'may', 'may not']],
    [library.permissionUnchecked('basic.get', 'queue'), ['may not', 'may not', 'may not', 'may']],
  ),
  demonstration(
    'a user who may do everything, but with some keys',
    async (bench) =>
      await withUser(
        bench,
        { configure: '.*', write: '.*', read: '.*' },
        async ({ user, queue, logs, named }) => {
          const topics = bench.management.in(bench.virtualHost).topicPermissions;
          await topics.put(named, { exchange: logs, write: '^orders', read: '^orders' });
          const [declaring, publishing] = [await user(), await user()];
          const declared = await refusal(declaring.assertQueue(queue));
          publishing.publish(logs, 'invoices', Buffer.from('1'));
          const published = await refusal(settledByPrefetch(publishing));
          return [declared, published].map((each) => (each === 'not refused' ? 'may' : 'may not'));
        },
      ),
    ['may', 'may not'],
    [library.deniedToUsers('queue.declare'), ['may not', 'may not']],
    [library.topicPermissionsIgnored, ['may', 'may']],
    [library.permissionUnchecked('basic.publish', 'topic'), ['may', 'may']],
  ),
  demonstration(
    'what the management API is asked to do with users',
    async ({ management, name, virtualHost, client }) => {
      const [kept, gone, imported] = [name('kept'), name('gone'), name('imported')];
      const { permissions } = management.in(virtualHost);
      const open = await client();
      let ended = false;
      open.on('close', () => {
        ended = true;
      });
      for (const each of [kept, gone]) await management.users.put(each, { password: 'secret' });
      await management.users.delete(gone).catch(() => {});
      await management.definitions.import({
        users: [{ name: imported, password_hash: '', hashing_algorithm: '', tags: '' }],
      });
      await permissions.put(kept, { configure: '', write: '', read: '' }).catch(() => {});
      const users = (await management.users.list()).map((each) => each.name);
      const permitted = (await permissions.list()).some(({ user }) => user === kept);
      for (const each of [kept, gone, imported]) await management.users.delete(each).catch(() => {});
      await open.createChannel().catch(() => {});
      return { users: [kept, gone, imported].map((each) => users.includes(each)), permitted, ended };
    },
    { users: [true, false, true], permitted: true, ended: false },
    [library.usersUnchanged, { users: [false, false, true], permitted: false, ended: false }],
    [library.userDeletionsIgnored, { users: [true, true, true], permitted: true, ended: false }],
    [library.definitionsIgnored, { users: [true, false, false], permitted: true, ended: false }],
    [library.permissionsIgnored, { users: [true, false, true], permitted: false, ended: false }],
    [library.passwordChangesEndConnections, { users: [true, false, true], permitted: true, ended: true }],
  ),
  demonstration(
    'a login that is refused, of a client that announces nothing',
    async ({ raw }) => {
      const client = await raw({
        until: 'connection.start-ok',
        startOk: { response: '\0nobody\0nothing', clientProperties: table({ capabilities: {} }) },
      });
      return (await ifItComes(client.expect('connection.close'))) === undefined ? 'not told' : 'told';
    },
    'not told',
    [library.refusedLoginsToldToAll, 'told'],
  ),
  demonstration(
    'mechanisms of authentication',
    async ({ raw }) => {
      const { said } = await raw({ until: 'connection.start' });
      const offered = (said.start?.mechanisms ?? '').toString().split(' ');
      const client = await raw({ until: 'connection.start-ok' });
      const letIn = (await ifItComes(client.expect('connection.tune'))) !== undefined;
      return [offered.includes('NEW'), letIn];
    },
    [false, true],
    [library.mechanismOfferedToAll('NEW'), [true, true]],
  ),
  {
    ...demonstration(
      'the hash of the empty password, and of another one, and logins that are counted',
      async ({ management, virtualHost, client, name }) => {
        const [user, password] = [name('user'), 'secret'];
        const { text } = await management.http.request('GET', `/auth/hash_password/${password}`);
        const { ok: hash } = JSON.parse(text) as { ok: string };
        await management.users.put(user, { password_hash: hash });
        await management.in(virtualHost).permissions.put(user, { configure: '', write: '', read: '' });
        const is = async (tried: string) =>
          await client({ username: user, password: tried }).then(
            () => true,
            () => false,
          );
        const seen = [await is(password), await is('wrong')];
        await management.users.delete(user);
        const [node] = await management.nodes.list();
        const counted = await management.http.request('GET', `/auth/attempts/${node?.name}`);
        const all = JSON.parse(counted.text) as Record<string, number | string>[];
        const amqp = all.find(({ protocol }) => protocol === 'amqp091');
        return [...seen, amqp?.['auth_attempts_succeeded'] !== 0, amqp?.['auth_attempts_failed'] !== 0];
      },
      [true, false, true, true],
      [library.hashesOfOtherPasswords, [false, false, true, true]],
      [library.loginsUncounted('auth_attempts_succeeded'), [true, false, false, true]],
      [library.loginsUncounted('auth_attempts_failed'), [true, false, true, false]],
    ),
    versions: '>=4.0',
  },
];

type Channel = Awaited<ReturnType<Bench['channel']>>;

/** Waits until the broker has dealt with all that was said on a channel; of who may do nothing. */
async function settledByPrefetch(channel: Channel): Promise<void> {
  await channel.prefetch(0);
}

/** Somebody with these permissions, a queue, and a topic exchange. */
async function withUser<Seen>(
  bench: Bench,
  permissions: { configure: string; write: string; read: string },
  story: (of: { user: () => Promise<Channel>; named: string; queue: string; logs: string }) => Promise<Seen>,
): Promise<Seen> {
  const { management, virtualHost, name } = bench;
  const named = name('user');
  const [queue, logs] = [name(), name('logs')];
  const channel = await bench.channel();
  await channel.assertQueue(queue);
  await channel.assertExchange(logs, 'topic');
  await settled(channel);
  await management.users.put(named, { password: 'secret' });
  try {
    await management.in(virtualHost).permissions.put(named, permissions);
    const connection = await bench.client({ username: named, password: 'secret' });
    const user = async () => {
      const opened = await connection.createChannel();
      opened.on('error', () => {});
      return opened;
    };
    return await story({ user, named, queue, logs });
  } finally {
    await management.users.delete(named);
  }
}
