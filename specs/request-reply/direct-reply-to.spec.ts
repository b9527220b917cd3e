import { channelError, claim, type Consumer, docs, expect, mutants, premise, type Stage } from '#support';

type Channel = Awaited<ReturnType<Stage['openChannel']>>;

/** What a requester consumes, and names in reply_to; what becomes of it there begins with it. */
const directReplyTo = 'amq.rabbitmq.reply-to';

claim(
  'request-reply/direct-reply-to-roundtrip',
  {
    says: 'A requester that consumes amq.rabbitmq.reply-to in automatic acknowledgement mode, without having declared it, and names it in the reply_to of its requests, gets the answers as the server sent them, each once.',
    documented: [docs('direct-reply-to#usage-amqp091'), docs('direct-reply-to#overview')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.directRepliesLost,
      mutants.replyAddressesNotMade,
      mutants.propertyLost('correlation-id'),
      mutants.deliveriesDuplicated,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/520',
        affected: { rabbitmq: '<3.6.1' },
        happened: 'the broker did not announce that it is capable of it',
        seen: { not: 'Clients that do not ask for capabilities are answered all the same.' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/11401',
        affected: { rabbitmq: '>=3.13.0 <3.13.4' },
        happened: 'in a cluster of two releases, the answer was lost',
        seen: { not: 'It takes a cluster of two releases.' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/17071',
        affected: { rabbitmq: '<4.3.5' },
        happened: 'a message for several direct reply addresses of one process came to it more than once',
        seen: { not: 'It takes several addresses that one process of the broker has.' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/2842',
        affected: { rabbitmq: '<3.8.13' },
        happened:
          'on a node with a very long name, the name that was made for the reply was too long to be sent',
        seen: { not: 'It takes a node with a name of 150 characters or more.' },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/2857',
        affected: { rabbitmq: '<3.8.14' },
        happened: 'on Erlang 22.3, direct replies failed with an exception',
        seen: { not: 'No release with that Erlang is at hand.' },
      },
    ],
    tags: ['rpc'],
  },
  async (stage) => {
    const { requests, server, answers } = await serving(stage);
    const alice = await requester(stage, 'alice');

    for (const question of ['first', 'second']) {
      const address = await asked(alice.channel, server, question);
      const properties = { correlationId: question, contentType: 'text/plain', type: 'answer' };
      await answers.sendToQueue(address, { body: `answer to ${question}`, ...properties });
    }

    await expect(alice).toReceive(
      ['first', 'second'].map((question) => ({
        body: `answer to ${question}`,
        exchange: '',
        properties: { correlationId: question, contentType: 'text/plain', type: 'answer' },
      })),
    );
    expect(await requests.exists(), 'whether the queue of the requests is there').toBe(true);
  },
);

claim(
  'request-reply/direct-reply-to-rewritten',
  {
    says: 'The server sees a name in reply_to that begins with amq.rabbitmq.reply-to. and goes on with something of the broker; whatever else a request carries stays as it was, and so does a reply_to that names another queue.',
    documented: [docs('direct-reply-to#usage-amqp091')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.replyAddressesNotMade,
      mutants.propertyLost('reply-to'),
      mutants.propertyLost('type'),
    ],
    tags: ['rpc'],
  },
  async (stage) => {
    const { server, requests } = await serving(stage);
    const alice = await requester(stage, 'alice');
    const properties = {
      contentType: 'text/plain',
      correlationId: '17',
      headers: { region: 'north' },
      messageId: 'question 1',
      type: 'question',
    };

    alice.channel.publish('', requests.name, { body: 'to this', replyTo: directReplyTo, ...properties });
    alice.channel.publish('', requests.name, { body: 'elsewhere', replyTo: 'callback', ...properties });

    // Headers that the broker adds are not what the claim is about
    const { headers, ...others } = properties;
    const made: unknown = expect.stringMatching(/^amq\.rabbitmq\.reply-to\../);
    await expect(server).toReceive([
      { body: 'to this', headers, properties: { ...others, replyTo: made } },
      { body: 'elsewhere', headers, properties: { ...others, replyTo: 'callback' } },
    ]);
  },
);

claim(
  'request-reply/direct-reply-to-same-channel',
  {
    says: 'An answer comes on the channel on which its request was published and that consumes such answers, and on no other: of the same connection neither, nor of another.',
    documented: [docs('direct-reply-to#caveats-amqp091')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.replyAddressesRepeated, mutants.directRepliesLost],
    tags: ['rpc'],
  },
  async (stage) => {
    const { server, answers } = await serving(stage);
    const alice = await requester(stage, 'alice');
    const again = await stage.consumer(directReplyTo, {
      name: 'alice again',
      noAck: true,
      on: await alice.channel.connection.channel(),
    });
    const bob = await requester(stage, 'bob');

    for (const each of [alice, again, bob]) {
      const address = await premise(asked(each.channel, server, each.name));
      await premise(() => expect(address, 'the name that the request carries').not.toBe(directReplyTo));
      await answers.sendToQueue(address, `for ${each.name}`);
    }

    for (const each of [alice, again, bob]) await expect(each).toReceive([`for ${each.name}`]);
  },
);

claim(
  'request-reply/direct-reply-to-tags',
  {
    says: 'A channel numbers direct replies as it numbers all that it delivers: from 1 on, one after the other.',
    documented: [docs('confirms#consumer-acks-delivery-tags'), docs('direct-reply-to#usage-amqp091')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.directReplyTagsStuck],
    tags: ['rpc'],
  },
  async (stage) => {
    const { server, answers } = await serving(stage);
    const alice = await requester(stage, 'alice');
    const address = await premise(asked(alice.channel, server, 'question'));

    await answers.sendToQueue(address, ['one', 'two', 'three']);
    await premise(expect(alice).toReceive(['one', 'two', 'three']));

    await expect(alice).toReceive([
      { body: 'one', deliveryTag: 1 },
      { body: 'two', deliveryTag: 2 },
      { body: 'three', deliveryTag: 3 },
    ]);
  },
);

claim(
  'request-reply/direct-reply-to-noack-required',
  {
    says: 'Who consumes amq.rabbitmq.reply-to and means to acknowledge is refused, by a channel error 406.',
    documented: [docs('direct-reply-to#caveats-amqp091')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.acknowledgingReplyConsumersTaken,
      mutants.errorCodeChanged(406, 403),
      mutants.channelErrorsBreakTheConnection,
    ],
    tags: ['rpc'],
  },
  async ({ openChannel }) => {
    const channel = await openChannel();

    await expect(channel.consume(directReplyTo, { noAck: false })).toBeRefused(
      channelError(406, 'PRECONDITION_FAILED', 'basic.consume'),
    );
  },
);

claim(
  'request-reply/direct-reply-to-one-consumer',
  {
    says: 'A channel has one consumer of amq.rabbitmq.reply-to at most: a second one is a channel error 406, while another channel may have its own.',
    documented: [docs('direct-reply-to#caveats-amqp091')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.secondReplyConsumersTaken,
      mutants.errorCodeChanged(406, 403),
      mutants.channelErrorsBreakTheConnection,
    ],
    tags: ['rpc'],
  },
  async ({ openChannel }) => {
    const [one, other] = [await openChannel(), await openChannel()];
    await premise(expect(one.consume(directReplyTo, { noAck: true })).toBeAccepted());

    await expect(other.consume(directReplyTo, { noAck: true })).toBeAccepted();
    await expect(one.consume(directReplyTo, { noAck: true })).toBeRefused(
      channelError(406, 'PRECONDITION_FAILED', 'basic.consume'),
    );
  },
);

claim(
  'request-reply/direct-reply-to-no-consumer',
  {
    says: 'A request that names amq.rabbitmq.reply-to has to come on a channel that consumes it: on one that does not, or no longer, it is a channel error 406, also where another channel of the connection does.',
    documented: [docs('direct-reply-to#usage-amqp091'), docs('direct-reply-to#caveats-amqp091')],
    extensions: ['direct_reply_to'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.requestsWithoutReplyConsumerTaken,
      mutants.errorCodeChanged(406, 403),
      mutants.channelErrorsBreakTheConnection,
    ],
    tags: ['rpc'],
  },
  async (stage) => {
    const { requests } = await serving(stage);
    const alice = await requester(stage, 'alice');
    const [never, noLonger] = [
      await alice.channel.connection.channel(),
      await alice.channel.connection.channel(),
    ];
    const former = await stage.consumer(directReplyTo, { name: 'former', noAck: true, on: noLonger });
    await former.cancel();

    for (const channel of [never, noLonger]) {
      channel.publish('', requests.name, { body: 'question', replyTo: directReplyTo });
      await expect(channel).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'basic.publish'));
    }
  },
);

/** A queue of requests, who takes them, and who answers them, in confirm mode. */
async function serving({ queue, consumer, producer }: Stage) {
  const requests = await queue({ type: 'classic' });
  const server = await consumer(requests, { name: 'server', noAck: true });
  return { requests, server, answers: await producer({ name: 'answers', confirms: true }) };
}

/** Who consumes direct replies, with a connection of its own; it publishes on the channel of this consumer. */
async function requester({ consumer }: Stage, name: string): Promise<Consumer> {
  return await consumer(directReplyTo, { name, noAck: true });
}

/** Asks the server on this channel; what it gives is the name that the request carries. */
async function asked(channel: Channel, server: Consumer, question: string): Promise<string> {
  channel.publish('', server.queue, { body: question, correlationId: question, replyTo: directReplyTo });
  const { properties } = await server.next();
  return String(properties['replyTo']);
}
