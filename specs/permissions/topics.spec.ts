import { channelError, claim, docs, expect, mutants, premise, type Stage } from '#support';

const all = { configure: '.*', write: '.*', read: '.*' };

claim(
  'permissions/topic',
  {
    says: 'Topic permissions of a user on a topic exchange say with which routing keys the user may publish to it and with which binding keys bind to it: others are refused with a channel error 403. Who has none on an exchange may use any key, and on exchanges of other types they do not count.',
    documented: [docs('access-control#topic-authorisation')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.topicPermissionsIgnored,
      mutants.permissionUnchecked('basic.publish', 'topic'),
      mutants.permissionUnchecked('queue.bind', 'topic'),
      mutants.permissionUnchecked('exchange.bind', 'topic'),
      mutants.errorCodeChanged(403, 404),
      mutants.deniedToUsers('queue.bind'),
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async (stage) => {
    const { domain, logs, bob, refused } = await topicUser(stage, {
      write: String.raw`^orders\.`,
      read: '^eu',
    });
    const [tasks, unlimited] = [await stage.queue(), await stage.exchange('topic', { name: 'unlimited' })];
    const direct = await stage.exchange('direct', { name: 'direct-logs' });
    await stage.exchange('fanout', { name: 'target' });
    await stage.management.in(domain).topicPermissions.put(bob.username, {
      exchange: 'direct-logs',
      write: '^orders',
      read: '^eu',
    });
    await tasks.bindTo(logs, '#');
    await tasks.bindTo(unlimited, '#');
    await tasks.bindTo(direct, 'invoices.new');
    const client = await stage.client({ name: 'bob', ...bob });
    const publishing = await client.channel();
    const tried = async (exchange: string, key: string) => {
      const channel = await client.channel();
      channel.publish(exchange, key, `${key} to ${exchange}`);
      await channel.settled();
    };

    for (const [exchange, key] of [
      ['logs', 'orders.new'],
      ['unlimited', 'invoices.new'],
      ['direct-logs', 'invoices.new'],
    ] as const)
      await expect(tried(exchange, key), `${key} to ${exchange}`).toBeAccepted();
    for (const key of ['invoices.new', 'old.orders.new', 'orders', ''])
      await expect(tried('logs', key), `publishing with '${key}'`).toBeRefused(refused(key, 'basic.publish'));
    await expect(tasks).toReceive(
      ['orders.new to logs', 'invoices.new to unlimited', 'invoices.new to direct-logs'],
      { inAnyOrder: true },
    );

    await expect(publishing.bindQueue(tasks.name, 'logs', 'eu.orders')).toBeAccepted();
    await expect(publishing.bindExchange('target', 'logs', 'eu.#')).toBeAccepted();
    await expect(publishing.bindQueue(tasks.name, 'unlimited', 'us.orders')).toBeAccepted();
    await expect((await client.channel()).bindQueue(tasks.name, 'logs', 'us.orders')).toBeRefused(
      refused('us.orders', 'queue.bind'),
    );
    await expect((await client.channel()).bindQueue(tasks.name, 'logs', '#')).toBeRefused(
      refused('#', 'queue.bind'),
    );
    await expect((await client.channel()).bindExchange('target', 'logs', 'us.#')).toBeRefused(
      refused('us.#', 'exchange.bind'),
    );
  },
);

claim(
  'permissions/topic-variables',
  {
    says: 'In a topic permission {username} stands for the name of the user and {vhost} for that of the virtual host: each user may publish under the own name alone, with one permission for all.',
    documented: [docs('access-control#topic-authorisation')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.topicPermissionsIgnored,
      mutants.permissionUnchecked('basic.publish', 'topic'),
      mutants.deniedToUsers('basic.publish'),
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async (stage) => {
    const { domain, bob, refused } = await topicUser(stage, {
      write: String.raw`^{vhost}-{username}-.*`,
      read: '',
    });
    const { username: alice } = await stage.user(all);
    const client = await stage.client({ name: 'bob', ...bob });
    const tried = published(client);

    await expect(tried(`${domain}-${bob.username}-new`), 'the own names').toBeAccepted();
    const [otherUser, otherDomain] = [`${domain}-${alice}-new`, `elsewhere-${bob.username}-new`];
    await expect(tried(otherUser), 'the name of another user').toBeRefused(
      refused(otherUser, 'basic.publish'),
    );
    await expect(tried(otherDomain), 'another virtual host').toBeRefused(
      refused(otherDomain, 'basic.publish'),
    );
    const variables = '{vhost}-{username}-new';
    await expect(tried(variables), 'the variables themselves').toBeRefused(
      refused(variables, 'basic.publish'),
    );
  },
);

claim(
  'permissions/topic-variables-literal',
  {
    says: 'What a variable of a topic permission stands for counts letter by letter: a user with a dot in the name may publish under this name, and not under one that has another letter in its place.',
    documented: [docs('access-control#topic-authorisation')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.permissionUnchecked('basic.publish', 'topic'),
      mutants.deniedToUsers('basic.publish'),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/15442',
        affected: { rabbitmq: '<4.2.4' },
        happened:
          'the dot in the name of a user stood for any letter, so that a user could publish under the names of others',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async (stage) => {
    const { bob, refused } = await topicUser(stage, { write: '^{username}$', read: '' });
    const tried = published(await stage.client({ name: 'bob', ...bob }));
    const dotted = bob.username;
    const other = dotted.replace('.', '-');
    await premise(() => expect(other, 'a name with another letter').not.toBe(dotted));

    await expect(tried(dotted), 'the own name').toBeAccepted();
    await expect(tried(other), 'another name').toBeRefused(refused(other, 'basic.publish'));
  },
);

claim(
  'permissions/topic-cc',
  {
    says: 'Topic permissions are about each routing key of a message, those in its headers CC and BCC too: with one among them that the user may not publish with, it is refused with a channel error 403, and reaches nobody.',
    documented: [docs('access-control#topic-authorisation'), docs('sender-selected')],
    appliesTo: { rabbitmq: '*' },
    extensions: ['sender_selected_distribution'],
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.topicPermissionsIgnored,
      mutants.permissionUnchecked('basic.publish', 'topic'),
      mutants.errorCodeChanged(403, 404),
      mutants.deniedToUsers('basic.publish'),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/12553',
        affected: { rabbitmq: '<4.0' },
        happened:
          'topic permissions could be gone round by the headers CC and BCC, whose keys were not looked at',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async (stage) => {
    const { logs, bob, refused } = await topicUser(stage, { write: '^orders', read: '' });
    const tasks = await stage.queue();
    for (const key of ['orders.#', 'invoices.#']) await tasks.bindTo(logs, key);
    const client = await stage.client({ name: 'bob', ...bob });
    const tried = async (headers: Record<string, string[]>) => {
      const channel = await client.channel();
      channel.publish('logs', 'orders.new', { body: JSON.stringify(headers), headers });
      await channel.settled();
    };

    for (const header of ['CC', 'BCC']) {
      const allowed = { [header]: ['orders.copy'] };
      await expect(tried(allowed), JSON.stringify(allowed)).toBeAccepted();
      const forbidden = { [header]: ['orders.copy', 'invoices.new'] };
      await expect(tried(forbidden), JSON.stringify(forbidden)).toBeRefused(
        refused('invoices.new', 'basic.publish'),
      );
    }
    await expect(tasks).toReceive(['{"CC":["orders.copy"]}', '{"BCC":["orders.copy"]}']);
  },
);

/** Somebody who may do all in a virtual host, but has these topic permissions on its exchange logs. */
async function topicUser(
  { ownVirtualHost, user, exchange, management }: Stage,
  permissions: { write: string; read: string },
) {
  const domain = await ownVirtualHost();
  const logs = await exchange('topic', { name: 'logs' });
  const bob = await user(all);
  await management.in(domain).topicPermissions.put(bob.username, { exchange: 'logs', ...permissions });
  const refused = (key: string, method: string) =>
    // The text is cut off where it gets long
    channelError(403, `access to topic '${key.slice(0, 30)}`, method);
  return { domain, logs, bob, refused };
}

/** Publishes to logs with a key, on a channel of its own. */
function published(client: Awaited<ReturnType<Stage['client']>>) {
  return async (key: string): Promise<void> => {
    const channel = await client.channel();
    channel.publish('logs', key, 'message');
    await channel.settled();
  };
}
