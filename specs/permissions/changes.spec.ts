import {
  channelError,
  claim,
  connectionError,
  docs,
  expect,
  mutants,
  passwordHash,
  premise,
  sha256Hashing,
} from '#support';

const all = { configure: '.*', write: '.*', read: '.*' };
const durable = { durable: true, auto_delete: false, internal: false, arguments: {} };
const none = { configure: '', write: '', read: '' };

claim(
  'permissions/cache',
  {
    says: 'What changes in the permissions of a user counts when the user connects anew, at the latest: a right that was taken is refused then, one that was given can be used, and without any permission the virtual host can not be opened.',
    documented: [
      docs('access-control#authorisation'),
      docs('access-control#revoke'),
      docs('access-control#clearing-permissions-of-a-user-in-a-virtual-host'),
    ],
    refutedBy: [mutants.accessChecksPassedBy, mutants.permissionsIgnored],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, queue, user, client, management }) => {
    const domain = await ownVirtualHost();
    const { permissions } = management.in(domain);
    const hello = await queue();
    const [alice, bob] = [await user(all), await user(none)];
    const got = async (name: string, who: typeof alice) =>
      await (await (await client({ name, ...who })).channel()).get(hello.name);
    await premise(expect(got('alice', alice)).toBeAccepted());
    const refused = channelError(403, `access to queue '${hello.name}'`, 'basic.get');
    await expect(got('bob', bob)).toBeRefused(refused);

    await permissions.put(alice.username, none);
    await permissions.put(bob.username, all);
    await expect(got('alice, after a right was taken', alice)).toBeRefused(refused);
    await expect(got('bob, after a right was given', bob)).toBeAccepted();

    await permissions.delete(bob.username);
    await expect(client({ name: 'bob, after all was cleared', ...bob })).toBeRefused(
      connectionError(530, `access to vhost '${domain}' refused`, 'connection.open'),
    );
  },
);

claim(
  'permissions/definitions',
  {
    says: 'Users, their permissions and their topic permissions can be imported with the definitions of a broker, together with the exchange that they are about, and count as others do.',
    documented: [
      docs('access-control#definition-import-after-node-boot'),
      docs('access-control#seeding'),
      docs('definitions#import'),
    ],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.definitionsIgnored,
      mutants.permissionUnchecked('basic.publish', 'topic'),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/14407',
        affected: { rabbitmq: '>=4.0.5 <4.1.4' },
        happened: 'with Khepri, an exchange was left out of definitions that have a topic permission for it',
        seen: { on: 'rabbitmq 4.0.5 khepri' },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, user, client, management }) => {
    const domain = await ownVirtualHost();
    // Its name is taken away again with what the specs leave
    const { username, password } = await user();
    await management.users.delete(username);

    const imported = management.definitions.import({
      exchanges: [{ name: 'logs', vhost: domain, type: 'topic', ...durable }],
      users: [
        { name: username, password_hash: passwordHash(password), hashing_algorithm: sha256Hashing, tags: '' },
      ],
      permissions: [{ user: username, vhost: domain, configure: '', write: '^logs$', read: '' }],
      topic_permissions: [
        { user: username, vhost: domain, exchange: 'logs', write: '^orders', read: '^orders' },
      ],
    });
    await expect(imported, 'the import').toBeAccepted();

    const letIn = client({ name: 'bob', username, password });
    await expect(letIn).toBeAccepted();
    const bob = await letIn;
    const published = async (exchangeName: string, key: string) => {
      const channel = await bob.channel();
      channel.publish(exchangeName, key, 'message');
      await channel.settled();
    };
    await expect(published('logs', 'orders.new')).toBeAccepted();
    await expect(published('amq.topic', 'orders.new'), 'another exchange').toBeRefused(
      channelError(403, "access to exchange 'amq.topic'", 'basic.publish'),
    );
    await expect(published('logs', 'invoices.new'), 'another key').toBeRefused(
      channelError(403, "access to topic 'invoices.new'", 'basic.publish'),
    );
  },
);
