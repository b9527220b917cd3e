import {
  claim,
  connectionError,
  docs,
  expect,
  mutants,
  passwordHash,
  premise,
  sha256Hashing,
} from '#support';

const everything = { configure: '.*', write: '.*', read: '.*' };
const refused = connectionError(
  403,
  'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN',
);

claim(
  'authentication/plain',
  {
    says: 'PLAIN lets in a user with the right password; with a wrong one, or an unknown name, the connection is closed with 403, if the client can take such a notification.',
    documented: [docs('access-control#available-mechanisms'), docs('auth-notification#usage')],
    extensions: ['authentication_failure_close'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.refusedLoginsUntold,
      mutants.errorCodeChanged(403, 530),
    ],
    tags: ['access and security'],
    needs: ['administration'],
  },
  async ({ user, client, uniqueName }) => {
    const alice = await user(everything);

    const right = client({ name: 'right password', ...alice });
    await expect(right).toBeAccepted();
    await expect((await right).channel()).toBeAccepted();
    const wrong = client({ name: 'wrong password', ...alice, password: `${alice.password}!` });
    await expect(wrong).toBeRefused(refused);
    const unknown = client({
      name: 'unknown user',
      username: uniqueName('nobody'),
      password: alice.password,
    });
    await expect(unknown).toBeRefused(refused);
  },
);

claim(
  'authentication/passwordless',
  {
    says: 'A user without a password can not log in with one, the empty one least of all: neither who had one that was cleared, nor who was made without.',
    documented: [docs('passwords#passwordless-users')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy, mutants.usersUnchanged],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/1466',
        affected: { rabbitmq: '<3.6.15 || >=3.7.0 <3.7.3' },
        happened: 'a user whose password was left blank could log in with a blank one',
        seen: { by: mutants.accessChecksPassedBy },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ user, client, management }) => {
    const [cleared, born] = [await user(everything), await user(everything)];
    const before = await premise(client({ name: 'while there is a password', ...cleared }));
    await premise(before.channel());
    await management.users.put(cleared.username, { password_hash: '' });
    await management.users.delete(born.username);
    await management.users.put(born.username, { password_hash: '' });

    for (const { username, password } of [cleared, born]) {
      for (const tried of ['', ' ', password])
        await expect(client({ username, password: tried }), `'${tried}'`).toBeRefused(refused);
    }
  },
);

claim(
  'authentication/password-change',
  {
    says: 'When the password of a user is changed, who connects from then on needs the new one, also where the same request takes away the tags; connections that are open go on.',
    documented: [
      docs('access-control#credential-rotation'),
      docs('access-control#user-management'),
      docs('passwords#changing-algorithm'),
    ],
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy, mutants.usersUnchanged, mutants.passwordChangesEndConnections],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/4124',
        affected: { rabbitmq: '3.9.13' },
        happened: 'the password of a user could not be changed in the same request that takes away the tags',
        seen: { by: mutants.usersUnchanged },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ user, client, management }) => {
    const { username, password: old } = await user(everything);
    await management.users.put(username, { password: old, tags: ['management'] });
    const before = await client({ name: 'before', username, password: old });
    const password = crypto.randomUUID();

    await management.users.put(username, { password });

    await expect(client({ name: 'new password', username, password })).toBeAccepted();
    await expect(client({ name: 'old password', username, password: old })).toBeRefused(refused);
    await expect(before.channel(), 'a channel of the connection from before').toBeAccepted();
  },
);

claim(
  'authentication/password-hash',
  {
    says: 'A user can be made with the hash of a password: four octets of salt, and the SHA-256 of these and the password. The password lets in then, and another does not.',
    documented: [docs('passwords#this-is-the-algorithm'), docs('passwords#computing-password-hash')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy, mutants.usersUnchanged],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ user, client, management }) => {
    const { username, password: old } = await user(everything);
    const password = `pässword-${crypto.randomUUID()}`;
    const hashed = { password_hash: passwordHash(password), hashing_algorithm: sha256Hashing };

    await management.users.put(username, hashed);

    const accepted = client({ username, password });
    await expect(accepted).toBeAccepted();
    await expect((await accepted).channel()).toBeAccepted();
    await expect(client({ username, password: old })).toBeRefused(refused);
  },
);

claim(
  'authentication/password-hash-computed',
  {
    says: 'The management API computes the hash of a password, with which a user can be made who logs in with that password.',
    documented: [docs('passwords#hash-via-http-api')],
    // Earlier versions do not compute it there
    appliesTo: { rabbitmq: '>=4.0' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy, mutants.usersUnchanged, mutants.hashesOfOtherPasswords],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ user, client, management }) => {
    const { username, password: old } = await user(everything);
    const password = crypto.randomUUID();

    const { text } = await management.http.request('GET', `/auth/hash_password/${password}`);
    const hashed = {
      password_hash: (JSON.parse(text) as { ok: string }).ok,
      hashing_algorithm: sha256Hashing,
    };
    await management.users.put(username, hashed);

    const accepted = client({ username, password });
    await expect(accepted).toBeAccepted();
    await expect((await accepted).channel()).toBeAccepted();
    await expect(client({ username, password: old })).toBeRefused(refused);
  },
);

claim(
  'authentication/user-deleted',
  {
    says: 'When a user is deleted, its open connections are closed, those of others are not, and it can not log in any more.',
    documented: [docs('access-control#revoking-user-access'), docs('access-control#deleting-a-user')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy, mutants.userDeletionsIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/628',
        affected: { rabbitmq: '<3.7.0' },
        happened: 'who was deleted as a user went on working over connections that were open',
        seen: { by: mutants.userDeletionsIgnored },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ user, client, management }) => {
    const [alice, bob] = [await user(everything), await user(everything)];
    const [ofAlice, ofBob] = [
      await client({ name: 'alice', ...alice }),
      await client({ name: 'bob', ...bob }),
    ];

    await management.users.delete(bob.username);

    await expect(async () => ofBob.open, 'whether the connection of bob is open').toBecome(false);
    await expect(client({ name: 'bob, again', ...bob })).toBeRefused(refused);
    await expect(ofAlice.channel(), 'a channel of alice').toBeAccepted();
  },
);
