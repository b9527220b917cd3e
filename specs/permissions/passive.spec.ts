import { channelError, claim, docs, expect, mutants, releaseNotes, type Stage } from '#support';

claim(
  'permissions/passive-unchecked',
  {
    says: 'Up to 4.2.5 a passive declaration needs no right on the queue or the exchange that it asks for: a user who may do nothing in a virtual host may ask what is there.',
    documented: [releaseNotes('4.3.0'), releaseNotes('4.2.6')],
    appliesTo: { rabbitmq: '<4.2.6' },
    refutedBy: [mutants.deniedToUsers('queue.declare'), mutants.deniedToUsers('exchange.declare')],
    tags: ['access and security'],
    needs: ['administration'],
  },
  async (stage) => {
    const { ofQueue, ofExchange } = await asking(stage, { configure: '', write: '', read: '' });

    await expect(ofQueue()).toBeAccepted();
    await expect(ofExchange()).toBeAccepted();
    await expect(ofQueue('nobody-has-this')).toBeRefused(channelError(404, 'NOT_FOUND', 'queue.declare'));
  },
);

claim(
  'permissions/passive',
  {
    says: 'A passive declaration needs a right on the queue or the exchange that it asks for, whichever: configure, write or read alone will do, and without any it is refused with a channel error 403.',
    documented: [docs('access-control#passive-declarations'), releaseNotes('4.3.1'), releaseNotes('4.2.7')],
    appliesTo: { rabbitmq: '>=4.2.7 <4.3 || >=4.3.1' },
    succeeds: 'permissions/passive-unchecked',
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.permissionUnchecked('queue.declare', 'queue'),
      mutants.permissionUnchecked('exchange.declare', 'exchange'),
      mutants.errorCodeChanged(403, 404),
      mutants.deniedToUsers('queue.declare'),
      mutants.deniedToUsers('exchange.declare'),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/16272',
        affected: { rabbitmq: '4.2.6 || 4.3.0' },
        happened:
          'users who may only read or write could not ask for their queue any more, as that needed the right to configure it',
        seen: { by: mutants.deniedToUsers('queue.declare') },
      },
    ],
    tags: ['access and security'],
    needs: ['administration'],
  },
  async (stage) => {
    const none = { configure: '', write: '', read: '' };
    for (const right of ['configure', 'write', 'read']) {
      const { ofQueue, ofExchange } = await asking(stage, { ...none, [right]: '^(hello|logs)$' });
      await expect(ofQueue(), `queue, with ${right} alone`).toBeAccepted();
      await expect(ofExchange(), `exchange, with ${right} alone`).toBeAccepted();
    }

    const stranger = await asking(stage, { ...none, configure: '^other', write: '^other', read: '^other' });
    await expect(stranger.ofQueue(), 'queue, with rights on others').toBeRefused(
      channelError(403, "access to queue 'hello'", 'queue.declare'),
    );
    await expect(stranger.ofExchange(), 'exchange, with rights on others').toBeRefused(
      channelError(403, "access to exchange 'logs'", 'exchange.declare'),
    );
  },
);

/** Somebody with these rights, who asks for the queue hello and the exchange logs. */
async function asking(
  { ownVirtualHost, queue, exchange, user, client }: Stage,
  permissions: { configure: string; write: string; read: string },
) {
  await ownVirtualHost();
  await queue({ name: 'hello' });
  await exchange('fanout', { name: 'logs' });
  const bob = await client({ name: 'bob', ...(await user(permissions)) });
  return {
    ofQueue: async (name = 'hello') => await (await bob.channel()).declareQueuePassively(name),
    ofExchange: async () => await (await bob.channel()).declareExchangePassively('logs'),
  };
}
