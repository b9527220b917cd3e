import { channelError, claim, connectionError, docs, expect, mutants } from '#support';

const everything = { configure: '.*', write: '.*', read: '.*' };

claim(
  'authentication/anonymous',
  {
    says: 'ANONYMOUS, which is offered by default, lets in a client without credentials, as the user whom the broker is configured to take it for.',
    documented: [
      docs('access-control#available-mechanisms'),
      docs('access-control#server-mechanism-configuration'),
    ],
    appliesTo: { rabbitmq: '>=4.0' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.mechanismsLost],
    tags: ['access and security'],
    needs: ['ctl'],
  },
  async ({ raw, broker }) => {
    const { username, password } = broker.description();
    const asUser = {
      name: 'anonymous_login',
      make: `Before = {application:get_env(rabbit, anonymous_login_user), application:get_env(rabbit, anonymous_login_pass)}, application:set_env(rabbit, anonymous_login_user, <<"${username}">>), application:set_env(rabbit, anonymous_login_pass, <<"${password}">>), Before`,
      undo: (before: string) =>
        `{{ok, User}, {ok, Password}} = ${before}, application:set_env(rabbit, anonymous_login_user, User), application:set_env(rabbit, anonymous_login_pass, Password)`,
    };
    await broker.whileChanged(asUser, async () => {
      const visitor = await raw({ name: 'visitor', startOk: { mechanism: 'ANONYMOUS', response: '' } });
      expect((visitor.said.start?.mechanisms ?? '').toString().split(' '), 'mechanisms').toContain(
        'ANONYMOUS',
      );
      const signed = (userId: string) => ({ body: Buffer.from('message'), properties: { userId } });
      await visitor.send('basic.publish', { exchange: 'amq.fanout' }, { content: signed(username) });
      await visitor.send('basic.publish', { exchange: 'amq.fanout' }, { content: signed('somebody') });
      await expect(visitor).toBeRefused(
        channelError(406, `'somebody' but authenticated user was '${username}'`, 'basic.publish'),
      );
    });
  },
);

claim(
  'authentication/credential-validation-regexp',
  {
    says: 'A broker that is configured to validate passwords by a regular expression refuses to make a user with a weak one, and to change a password to a weak one, which does not let in then.',
    documented: [docs('passwords#credential-validation')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.usersUnchanged, mutants.accessChecksPassedBy],
    tags: ['access and security'],
    needs: ['management', 'administration', 'ctl'],
  },
  async ({ user, client, management, broker }) => {
    const [alice, newcomer] = [await user(everything), await user(everything)];
    await management.users.delete(newcomer.username);
    const weak = 'twenty.one_characters!';
    const change = (username: string, password: string) => management.users.put(username, { password });
    const refusal = { name: 'ManagementError' };
    const configured =
      '[{validation_backend, rabbit_credential_validator_password_regexp}, {regexp, "^[a-z0-9-]{20,100}$"}]';
    await broker.whileSet('credential_validator', configured, async () => {
      const { username } = newcomer;
      await expect(change(username, weak), 'a user with a weak password').rejects.toMatchObject(refusal);
      await expect(change(alice.username, weak), 'a weak one for a strong one').rejects.toMatchObject(
        refusal,
      );
      await expect(change(username, newcomer.password), 'a strong one').toBeAccepted();
    });

    const strong = client(alice);
    await expect(strong, 'the strong one, as before').toBeAccepted();
    await expect((await strong).channel()).toBeAccepted();
    await expect(client({ ...alice, password: weak }), 'the weak one').toBeRefused(
      connectionError(403, 'ACCESS_REFUSED'),
    );
  },
);
