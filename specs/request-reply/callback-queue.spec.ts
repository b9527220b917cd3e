import { claim, docs, expect, mutants, premise, tutorial } from '#support';

claim(
  'request-reply/reply-queue',
  {
    says: 'A request names a callback queue of its client in reply_to; the answer that is sent there comes to this client alone.',
    documented: [tutorial('six', 'callback-queue')],
    refutedBy: [mutants.propertyLost('reply-to'), mutants.serverNamesRepeated],
    tags: ['tutorial six', 'rpc'],
  },
  async ({ queue, rpcServer, rpcClient }) => {
    const requests = await queue();
    await rpcServer(requests, { answer: (request) => `answer to ${request}` });
    const [alice, bob] = [await rpcClient({ name: 'alice' }), await rpcClient({ name: 'bob' })];

    for (const question of ['one of alice', 'another of alice'])
      expect(await alice.call(requests, question)).toBe(`answer to ${question}`);

    expect(await bob.call(requests, 'one of bob')).toBe('answer to one of bob');
    expect([...alice.discarded, ...bob.discarded]).toEqual([]);
  },
);

claim(
  'request-reply/correlation-many',
  {
    says: 'One callback queue serves all requests of a client: answers are matched by correlation_id, also when they come in another order.',
    documented: [tutorial('six', 'correlation-id')],
    refutedBy: [mutants.correlationIdsSwapped, mutants.propertyLost('correlation-id')],
    tags: ['tutorial six', 'rpc'],
  },
  async ({ queue, rpcServer, rpcClient }) => {
    const requests = await queue();
    const server = await rpcServer(requests, { prefetch: 3 });
    const client = await rpcClient();

    const asked = ['one', 'two', 'three'].map((body) => client.request(requests, body));
    await premise(expect(server.requests).toReceive(['one', 'two', 'three']));
    for (const request of server.requests.deliveries.toReversed())
      server.reply(request, `answer to ${request.body}`);

    const answers = await Promise.all(asked.map(({ answer }) => answer()));
    expect(answers).toEqual(['answer to one', 'answer to two', 'answer to three']);
    const came = client.received.map(({ body }) => body);
    await premise(() => expect(came).toEqual(['answer to three', 'answer to two', 'answer to one']));
  },
);

claim(
  'request-reply/unknown-correlation-discarded',
  {
    says: 'An answer with an unknown correlation_id is delivered like any other; the client discards it, and its other requests are not disturbed.',
    documented: [tutorial('six', 'correlation-id')],
    refutedBy: [mutants.deliveryLost(2), mutants.correlationIdsSwapped],
    tags: ['tutorial six', 'rpc'],
  },
  async ({ queue, rpcServer, rpcClient }) => {
    const requests = await queue();
    const server = await rpcServer(requests);
    const client = await rpcClient();

    const asked = client.request(requests, 'question');
    const request = await premise(server.requests.next());
    server.answer(request, 'an answer to something else', 'unknown');
    server.reply(request, 'the answer');

    expect(await asked.answer()).toBe('the answer');
    expect(client.discarded.map(({ body }) => body)).toEqual(['an answer to something else']);
  },
);

claim(
  'request-reply/two-servers',
  {
    says: 'Two servers of one request queue share the requests, each of which is answered once.',
    documented: [tutorial('six', 'summary')],
    refutedBy: [mutants.laterConsumersNotServed, mutants.publishedTwice],
    tags: ['tutorial six', 'rpc'],
  },
  async ({ queue, rpcServer, rpcClient }) => {
    const requests = await queue();
    const first = await rpcServer(requests, { name: 'first server' });
    const second = await rpcServer(requests, { name: 'second server' });
    const client = await rpcClient();

    const asked = ['1', '2'].map((body) => client.request(requests, body));
    // Each has one request in hand, which is all that its prefetch allows
    const [one, other] = [await first.requests.next(), await second.requests.next()];
    first.reply(one, `answer to ${one.body}`);
    second.reply(other, `answer to ${other.body}`);

    const answers = await Promise.all(asked.map(({ answer }) => answer()));
    expect(answers).toEqual(['answer to 1', 'answer to 2']);
    await expect(first.requests).toReceive([one.body]);
    await expect(second.requests).toReceive([other.body]);
  },
);

claim(
  'request-reply/server-killed',
  {
    says: 'A server that is killed (SIGKILL) before it answered does not lose the request: another server answers it.',
    documented: [tutorial('six', 'summary'), docs('confirms#automatic-requeueing')],
    refutedBy: [mutants.manualAckTakenForAutomatic, mutants.redeliveriesLost],
    tags: ['tutorial six', 'rpc'],
  },
  async ({ queue, queueType, program, rpcServer, rpcClient }) => {
    const requests = await queue();
    const killed = await program('rpc-server', {
      name: 'killed',
      queue: requests,
      durable: true,
      queueType,
      seconds: 60,
    });
    const client = await rpcClient();
    const asked = client.request(requests, '10');
    await premise(expect(killed).toReceive(['10']));
    await rpcServer(requests, { name: 'other', answer: (request) => `other: ${request}` });

    await killed.kill('SIGKILL');

    expect(await asked.answer()).toBe('other: 10');
  },
);
