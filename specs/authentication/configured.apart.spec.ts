import { claim, connectionError, docs, expect, mutants, premise, roundTrip } from '#support';

const everything = { configure: '.*', write: '.*', read: '.*' };

claim(
  'authentication/cr-demo',
  {
    says: 'RABBIT-CR-DEMO is offered by a broker that is configured to: it asks for the password by connection.secure, and lets in who answers with the right one.',
    documented: [
      docs('access-control#available-mechanisms'),
      docs('access-control#server-mechanism-configuration'),
    ],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy, mutants.mechanismsLost],
    tags: ['access and security'],
    needs: ['administration', 'ctl'],
  },
  async ({ user, raw, broker }) => {
    const { username, password } = await user(everything);
    const login = (name: string) =>
      raw({
        name,
        until: 'connection.start-ok',
        startOk: { mechanism: 'RABBIT-CR-DEMO', response: username },
      });

    await broker.whileSet('auth_mechanisms', `['PLAIN','AMQPLAIN','RABBIT-CR-DEMO']`, async () => {
      const right = await login('right password');
      expect((right.said.start?.mechanisms ?? '').toString().split(' '), 'mechanisms').toContain(
        'RABBIT-CR-DEMO',
      );
      await right.expect('connection.secure');
      await right.send('connection.secure-ok', { response: `My password is ${password}` });
      await right.expect('connection.tune');
      await premise(async () => roundTrip(await raw()));

      const wrong = await login('wrong password');
      await wrong.expect('connection.secure');
      await wrong.send('connection.secure-ok', { response: `My password is not ${password}` });
      await expect(wrong).toBeRefused(
        connectionError(
          403,
          'ACCESS_REFUSED - Login was refused using authentication mechanism RABBIT-CR-DEMO',
        ),
      );
    });
  },
);

claim(
  'authentication/credential-validation',
  {
    says: 'A broker that is configured to validate passwords by their length refuses to make a user with a weak one, and to change a password to a weak one, which does not let in then.',
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
    const weak = 'nineteen-characters';
    const change = (username: string, password: string) => management.users.put(username, { password });
    const refusal = { name: 'ManagementError' };
    const configured =
      '[{validation_backend, rabbit_credential_validator_min_password_length}, {min_length, 20}]';
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
