import { claim, docs, expect, mutants, notClassic, numbered } from '#support';

claim(
  'quorum-queues/policy-mixed',
  {
    says: 'A policy gives quorum queues each of its keys that they adhere to, also when it has others that are for classic queues.',
    documented: [docs('quorum-queues#policy-support'), docs('policies')],
    extensions: ['queue_length_limit', 'quorum_queues'],
    queueTypes: { classic: notClassic.quorumDeclaration },
    refutedBy: [mutants.policiesIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/7350',
        affected: { rabbitmq: '>=3.10.8' },
        happened:
          'a policy with a key that quorum queues do not know gave them none of its other keys either',
        seen: { on: 'rabbitmq 4.3.6' },
      },
    ],
    needs: ['management', 'administration', 'policies'],
  },
  async ({ ownVirtualHost, queue, producer, management }) => {
    const { policies } = management.in(await ownVirtualHost());
    await policies.put('mixed', {
      pattern: '^bounded$',
      definition: { 'max-length': 2, 'queue-mode': 'lazy' },
      'apply-to': 'queues',
    });
    const bounded = await queue({ name: 'bounded' });

    await (await producer({ confirms: true })).sendToQueue(bounded, numbered(1, 5));

    await expect(bounded).toReceive(['4', '5']);
  },
);
