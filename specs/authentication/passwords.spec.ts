import { claim, connectionError, docs, expect, mutants } from '#support';

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
    const alice = await user({ configure: '.*', write: '.*', read: '.*' });
    const refused = connectionError(
      403,
      'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN',
    );

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
