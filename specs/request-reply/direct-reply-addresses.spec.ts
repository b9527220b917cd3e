import {
  channelError,
  claim,
  docs,
  expect,
  mutants,
  premise,
  releaseNotes,
  replyText,
  type Stage,
} from '#support';

/** What a requester consumes, and names in reply_to; the broker makes an address of it, which the request carries. */
const directReplyTo = 'amq.rabbitmq.reply-to';

claim(
  'request-reply/direct-reply-to-passive-check',
  {
    says: 'Whether a requester is still there shows by declaring the name that its request carries: as long as it is, that succeeds and tells of no message and one consumer, and afterwards it is a channel error 404, passive or not.',
    documented: [docs('direct-reply-to#usage-amqp091')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.goneRequestersFound,
      mutants.requestersNeverFound,
      mutants.consumerCountWrong,
      mutants.unacknowledgedCountedAsConsumers,
      mutants.errorCodeChanged(404, 403),
    ],
    tags: ['rpc'],
  },
  async (stage) => {
    const { openChannel } = stage;
    const { asks } = await answering(stage);
    const { requester, address } = await asks('alice');
    const [active, passive] = [await openChannel(), await openChannel()];
    // Of a type of its own, since what is no queue has none
    const declaring = () => active.declareQueue(address, { type: 'classic' });
    const asking = () => passive.declareQueuePassively(address);

    for (const declare of [declaring, asking]) {
      const declared = declare();
      await expect(declared).toBeAccepted();
      expect(await declared, 'what the declaration tells').toMatchObject({
        messageCount: 0,
        consumerCount: 1,
      });
    }
    await requester.channel.close();

    const gone = channelError(404, 'NOT_FOUND', 'queue.declare');
    await expect(asking()).toBeRefused(gone);
    await expect(declaring()).toBeRefused(gone);
  },
);

claim(
  'request-reply/direct-reply-to-mandatory-returned',
  {
    says: 'Before 4.2, the name that a request carries counts as no queue: a mandatory answer comes back with 312 NO_ROUTE, although the requester gets it.',
    documented: [releaseNotes('4.2.0')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.mandatoryIgnored,
      mutants.directRepliesLost,
      mutants.returnCodeChanged(313, 'NO_CONSUMERS'),
    ],
    tags: ['rpc'],
    appliesTo: { rabbitmq: '<4.2' },
  },
  async (stage) => {
    const { answers, asks } = await answering(stage);
    const { requester, address } = await asks('alice');

    await answers.sendToQueue(address, 'answer', { mandatory: true });

    await expect(requester).toReceive(['answer']);
    const returned = answers.returned.map(({ body, replyCode, replyText }) => ({
      body,
      replyCode,
      replyText,
    }));
    expect(returned, 'what came back').toEqual([
      { body: 'answer', replyCode: 312, replyText: replyText('NO_ROUTE') },
    ]);
  },
);

claim(
  'request-reply/direct-reply-to-mandatory',
  {
    says: 'From 4.2 on, the name that a request carries counts as a queue: a mandatory answer never comes back, whether its requester is there or has gone.',
    documented: [docs('direct-reply-to#caveats-amqp091'), releaseNotes('4.2.0')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.mandatoryDirectRepliesReturned],
    tags: ['rpc'],
    appliesTo: { rabbitmq: '>=4.2' },
    succeeds: 'request-reply/direct-reply-to-mandatory-returned',
  },
  async (stage) => {
    const { answers, asks } = await answering(stage);
    const [alice, bob] = [await asks('alice'), await asks('bob')];
    await bob.requester.channel.connection.close();

    await answers.sendToQueue(alice.address, 'to who is there', { mandatory: true });
    await answers.sendToQueue(bob.address, 'to who has gone', { mandatory: true });
    await answers.sendToQueue(stage.uniqueName('nowhere'), 'to nobody', { mandatory: true });

    const returned = answers.returned.map(({ body }) => body);
    await premise(() => expect(returned, 'what came back').toContain('to nobody'));
    expect(returned, 'what came back').toEqual(['to nobody']);
  },
);

claim(
  'request-reply/direct-reply-to-lost',
  {
    says: 'An answer to a requester that has gone is dropped: when the requester comes back, and asks anew, it gets the new answer alone.',
    documented: [docs('direct-reply-to#caveats-amqp091'), docs('direct-reply-to#when-to-use')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.directRepliesKept, mutants.directRepliesLost, mutants.replyAddressesRepeated],
    tags: ['rpc'],
  },
  async (stage) => {
    const { answers, asks } = await answering(stage);
    const former = await asks('alice');
    await former.requester.channel.connection.close();

    await answers.sendToQueue(former.address, 'too late');
    const back = await asks('alice, back');
    await answers.sendToQueue(former.address, 'later still');
    await answers.sendToQueue(back.address, 'in time');

    await expect(back.requester).toReceive(['in time']);
  },
);

claim(
  'request-reply/direct-reply-to-confirmed',
  {
    says: 'A direct reply is confirmed with an ack to a server in confirm mode, whether its requester is there or has gone.',
    documented: [docs('confirms#when-publishes-are-confirmed'), docs('direct-reply-to#when-to-use')],
    extensions: ['direct_reply_to', 'publisher_confirms'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.confirmLost(2), mutants.acksTakenForNacks],
    tags: ['rpc'],
  },
  async (stage) => {
    const { answers, asks } = await answering(stage);
    const [alice, bob] = [await asks('alice'), await asks('bob')];
    await bob.requester.channel.connection.close();

    const confirmations = [
      ...(await answers.sendToQueue(alice.address, 'to who is there')),
      ...(await answers.sendToQueue(bob.address, 'to who has gone')),
    ];

    expect(confirmations, 'the confirms').toEqual(['ack', 'ack']);
  },
);

claim(
  'request-reply/direct-reply-to-invisible',
  {
    says: 'Neither amq.rabbitmq.reply-to nor the name that a request carries is a queue: the management API lists neither, and who asks to delete one of them deletes nothing, so that answers go on.',
    documented: [
      docs('direct-reply-to#caveats-amqp091'),
      docs('direct-reply-to#broker-implementation-details'),
    ],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.directRepliesListed, mutants.deletedReplyAddressesClosed],
    tags: ['rpc'],
    needs: ['management', 'administration'],
  },
  async (stage) => {
    const { names } = stage.management.in(await stage.ownVirtualHost()).queues;
    const { requests, answers, asks } = await answering(stage);
    const { requester, address } = await asks('alice');
    await answers.sendToQueue(address, 'before');
    await premise(requester.next());

    for (const name of [directReplyTo, address]) {
      // Whether that is refused is not what the claim says
      await Promise.allSettled([(await stage.openChannel()).deleteQueue(name)]);
    }

    await expect(names, 'the names of the queues').toBecome([requests.name]);
    await answers.sendToQueue(address, 'after');
    await expect(requester).toReceive(['before', 'after']);
  },
);

claim(
  'request-reply/direct-reply-to-bindings-refused',
  {
    says: 'The name that a request carries can not be bound to an exchange: from 4.2 on, that is a channel error 403.',
    documented: [releaseNotes('4.2.6'), releaseNotes('4.3.0')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.replyBindingsTaken, mutants.errorCodeChanged(403, 404)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/15935',
        affected: { rabbitmq: '>=4.2.0 <4.2.6' },
        happened: 'such a binding was taken, and had no effect',
        seen: { by: mutants.replyBindingsTaken },
      },
    ],
    tags: ['rpc'],
    appliesTo: { rabbitmq: '>=4.2' },
  },
  async (stage) => {
    const { asks } = await answering(stage);
    const { address } = await asks('alice');

    await expect((await stage.openChannel()).bindQueue(address, 'amq.fanout')).toBeRefused(
      channelError(403, 'ACCESS_REFUSED', 'queue.bind'),
    );
  },
);

/** A queue of requests, who answers them, in confirm mode, and a way to ask. */
async function answering({ queue, consumer, producer }: Stage) {
  const requests = await queue({ type: 'classic' });
  const server = await consumer(requests, { name: 'server', noAck: true });
  const asks = async (name: string) => {
    const requester = await consumer(directReplyTo, { name, noAck: true });
    const question = { body: `question of ${name}`, replyTo: directReplyTo };
    requester.channel.publish('', requests.name, question);
    const { properties } = await premise(server.next());
    const address = String(properties['replyTo']);
    await premise(() => expect(address, 'the name that the request carries').not.toBe(directReplyTo));
    return { requester, address };
  };
  return { requests, answers: await producer({ name: 'answers', confirms: true }), asks };
}
