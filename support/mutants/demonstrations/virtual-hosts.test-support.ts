import { askUntil } from '../../waiting/until.ts';
import * as library from '../library/index.ts';
import { demonstration, type Demonstration, ifItComes, refusal } from './demonstration.test-support.ts';

export const virtualHosts: readonly Demonstration[] = [
  demonstration(
    'a virtual host that is made, and deleted',
    async ({ name, management: { virtualHosts } }) => {
      const domain = name('domain');
      const isThere = async () => (await virtualHosts.list()).some((each) => each.name === domain);
      await virtualHosts.put(domain);
      const made = await isThere();
      await virtualHosts.delete(domain).catch(() => {});
      return [made, await isThere()];
    },
    [true, false],
    [library.newVirtualHostsIgnored, [false, false]],
    [library.virtualHostDeletionsIgnored, [true, true]],
  ),
  {
    ...demonstration(
      'a virtual host that is protected, and deleted twice',
      async ({ name, management: { virtualHosts } }) => {
        const domain = name('domain');
        const isThere = async () => (await virtualHosts.list()).some((each) => each.name === domain);
        await virtualHosts.put(domain);
        await virtualHosts.protect(domain);
        await virtualHosts.delete(domain).catch(() => {});
        const spared = await isThere();
        await virtualHosts.unprotect(domain).catch(() => {});
        await virtualHosts.delete(domain).catch(() => {});
        return [spared, await isThere()];
      },
      [true, false],
      [library.virtualHostProtectionsIgnored, [false, false]],
      [library.onceProtectedNeverDeleted, [true, true]],
    ),
    versions: '>=4.1',
  },
  demonstration(
    'a limit of a virtual host that is changed, and cleared',
    async ({ name, management }) => {
      const domain = name('domain');
      await management.virtualHosts.put(domain);
      const { limits } = management.in(domain);
      for (const limit of [1, 2]) await limits.put('max-queues', limit);
      const set = await limits.get();
      await limits.delete('max-queues');
      const cleared = await limits.get();
      await management.virtualHosts.delete(domain);
      return [set, cleared];
    },
    [{ 'max-queues': 2 }, {}],
    [library.virtualHostLimitsNeverChanged, [{ 'max-queues': 1 }, {}]],
    [library.virtualHostLimitsNeverCleared, [{ 'max-queues': 2 }, { 'max-queues': 2 }]],
  ),
  demonstration(
    'a queue that is declared twice',
    async ({ channel, name }) => {
      const one = await channel();
      for (const _ of [1, 2]) {
        const asked = await refusal(one.assertQueue(name()));
        if (asked !== 'not refused') return asked.code;
      }
      return 'not refused';
    },
    'not refused',
    [library.declarationsCounted(1), 406],
  ),
  {
    ...demonstration(
      'a limit of a user that is set, and cleared',
      async ({ name, management: { users } }) => {
        const alice = name('alice');
        await users.put(alice, { password: 'secret' });
        const limits = users.limits(alice);
        await limits.put('max-channels', 1);
        const set = await limits.get();
        await limits.delete('max-channels');
        const cleared = await limits.get();
        await users.delete(alice);
        return [set, cleared];
      },
      [{ 'max-channels': 1 }, {}],
      [library.userLimitsIgnored, [{}, {}]],
      [library.userLimitsNeverCleared, [{ 'max-channels': 1 }, { 'max-channels': 1 }]],
    ),
    versions: '>=3.8.10',
  },
  demonstration(
    'a connection to a virtual host that is not there',
    async ({ raw, name }) => {
      const client = await raw({ until: 'connection.tune-ok' });
      await client.send('connection.open', { virtualHost: name('nowhere') });
      return (await ifItComes(client.expect('connection.open-ok'))) !== undefined;
    },
    false,
    [library.connectionOnlyAnswered(1), true],
  ),
  demonstration(
    'one channel more than was agreed upon',
    async ({ raw }) => {
      const client = await raw({ tuneOk: { channelMax: 1 } });
      await client.send('channel.open', {}, { channel: 2 });
      return (await ifItComes(client.expect('channel.open-ok', { channel: 2 }))) !== undefined;
    },
    false,
    [library.channelOnlyAnswered(2), true],
  ),
  demonstration(
    'a message of three octets',
    async ({ channel, name }) => {
      const one = await channel();
      let code: number | undefined;
      one.on('error', (error: Error & { code?: number }) => (code = error.code));
      const { queue } = await one.assertQueue(name());
      one.sendToQueue(queue, Buffer.from('abc'));
      const settled = one.checkExchange('amq.direct').catch(() => {});
      await settled;
      return await askUntil(
        async () => code,
        (seen) => seen !== undefined,
        { within: 500 },
      );
    },
    undefined,
    [library.bodiesRefused(3), 406],
  ),
];
