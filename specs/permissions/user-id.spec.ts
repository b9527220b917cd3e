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
