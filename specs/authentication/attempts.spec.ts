import { claim, docs, expect, mutants, premise, releaseNotes, type Stage } from '#support';

claim(
  'authentication/attempt-metrics',
  {
    says: 'Each node counts the logins of AMQP 0-9-1, those that succeeded and those that failed, and the management API tells them.',
    documented: [releaseNotes('3.8.10'), docs('http-api-reference#get-apiauthattempts_node_')],
    appliesTo: { rabbitmq: '>=3.8.10' },
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.loginsUncounted('auth_attempts_failed'),
      mutants.loginsUncounted('auth_attempts_succeeded'),
    ],
    tags: ['access and security'],
    needs: ['management'],
  },
  async ({ client, management }) => {
    const before = await attempts(management);

    for (const name of ['first', 'second']) await premise((await client({ name })).channel());
    for (const name of ['first wrong', 'second wrong', 'third wrong']) {
      const wrong = client({ name, password: crypto.randomUUID() });
      await premise(expect(wrong).rejects.toThrow());
    }

    // Others log in meanwhile
    const grown = async () => {
      const { succeeded, failed } = await attempts(management);
      return { succeeded: succeeded >= before.succeeded + 2, failed: failed >= before.failed + 3 };
    };
    await expect(grown, 'whether as many more are counted').toBecome({ succeeded: true, failed: true });
  },
);

/** Over all nodes; how many of AMQP 0-9-1 there were. */
async function attempts({ nodes, http }: Stage['management']) {
  const counts = { succeeded: 0, failed: 0 };
  for (const { name } of await nodes.list()) {
    const { text } = await http.request('GET', `/auth/attempts/${name}`);
    const told = JSON.parse(text) as Record<string, unknown>[];
    for (const each of told.filter(({ protocol }) => protocol === 'amqp091')) {
      counts.succeeded += Number(each['auth_attempts_succeeded']);
      counts.failed += Number(each['auth_attempts_failed']);
    }
  }
  return counts;
}
