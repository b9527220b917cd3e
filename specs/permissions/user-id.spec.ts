import { channelError, claim, docs, expect, mutants } from '#support';

claim(
  'permissions/user-id',
  {
    says: 'A message may carry the name of the user who publishes it as its user-id, or none: any other is a channel error 406, and the message reaches nobody.',
    documented: [
      docs('validated-user-id'),
      docs('publishers#message-properties'),
      docs('consumers#message-properties'),
    ],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [
      mutants.propertyIgnored('user-id'),
      mutants.propertyLost('user-id'),
      mutants.errorCodeChanged(406, 403),
      mutants.errorsSwallowed,
    ],
    tags: ['access and security'],
  },
  async ({ queue, producer, consumer, broker }) => {
    const tasks = await queue();
    const { username } = broker.description();
    const [honest, forger] = [await producer(), await producer()];

    const forged = forger.sendToQueue(tasks, { body: 'forged', userId: `${username}-no` });

    await expect(forged).toBeRefused(channelError(406, /PRECONDITION_FAILED - .*user_id/, 'basic.publish'));
    await honest.sendToQueue(tasks, [{ body: 'signed', userId: username }, 'anonymous']);
    const receiver = await consumer(tasks, { noAck: true });
    await expect(receiver).toReceive([{ body: 'signed', properties: { userId: username } }, 'anonymous']);
    expect(
      receiver.deliveries.map(({ properties }) => properties['userId']),
      'the user-ids that arrived',
    ).toEqual([username, undefined]);
  },
);

claim(
  'permissions/user-id-impersonator',
  {
    says: 'A user with the tag impersonator may publish messages with the user-id of somebody else, which arrive with it; a user with the tag administrator may not.',
    documented: [docs('validated-user-id#special-cases-the-impersonator-tag')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [
      mutants.usersUnchanged,
      mutants.propertyIgnored('user-id'),
      mutants.propertyLost('user-id'),
      mutants.errorsSwallowed,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.3.1.txt',
        affected: { rabbitmq: '3.3.0' },
        happened: 'the tag impersonator was gone, and nobody could publish with the user-id of somebody else',
        seen: { by: mutants.usersUnchanged },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, queue, user, producer, consumer, management, uniqueName }) => {
    await ownVirtualHost();
    const tasks = await queue();
    const all = { configure: '.*', write: '.*', read: '.*' };
    const [gateway, chief] = [await user(all), await user(all)];
    await management.users.put(gateway.username, { password: gateway.password, tags: ['impersonator'] });
    await management.users.put(chief.username, { password: chief.password, tags: ['administrator'] });
    const somebody = uniqueName('somebody');
    const ofGateway = await producer({ name: 'gateway', confirms: true, ...gateway });
    const ofChief = await producer({ name: 'chief', ...chief });

    await expect(ofGateway.sendToQueue(tasks, { body: 'for somebody', userId: somebody })).toBeAccepted();
    await expect(ofChief.sendToQueue(tasks, { body: 'forged', userId: somebody })).toBeRefused(
      channelError(406, /PRECONDITION_FAILED - .*user_id/, 'basic.publish'),
    );

    const receiver = await consumer(tasks, { noAck: true });
    await expect(receiver).toReceive([{ body: 'for somebody', properties: { userId: somebody } }]);
  },
);
