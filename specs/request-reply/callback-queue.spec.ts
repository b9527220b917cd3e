import { claim, docs, expect, mutants, tutorial } from '#support';

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

    const answers = await Promise.all([
      alice.call(requests, 'a question of alice'),
      bob.call(requests, 'one of bob'),
    ]);

    expect(answers).toEqual(['answer to a question of alice', 'answer to one of bob']);
    expect(alice.callbackQueue).not.toBe(bob.callbackQueue);
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
    const taken = [await server.requests.next(), await server.requests.next(), await server.requests.next()];
    for (const request of taken.toReversed()) server.reply(request, `answer to ${request.body}`);

    const answers = await Promise.all(asked.map(({ answer }) => answer()));
    expect(answers).toEqual(['answer to one', 'answer to two', 'answer to three']);
    expect(client.received.map(({ body }) => body)).toEqual([
      'answer to three',
      'answer to two',
      'answer to one',
    ]);
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
    const request = await server.requests.next();
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
    refutedBy: [mutants.everythingGoesToTheFirstConsumer, mutants.deliveriesDuplicated],
    tags: ['tutorial six', 'rpc'],
  },
  async ({ queue, rpcServer, rpcClient }) => {
    const requests = await queue();
    const first = await rpcServer(requests, {
      name: 'first server',
      answer: (request) => `first: ${request}`,
    });
    const second = await rpcServer(requests, {
      name: 'second server',
      answer: (request) => `second: ${request}`,
    });
    const client = await rpcClient();

    const answers: string[] = [];
    for (const request of ['1', '2', '3', '4']) answers.push(await client.call(requests, request));

    expect(answers).toEqual(['first: 1', 'second: 2', 'first: 3', 'second: 4']);
    await expect(first.requests).toReceive(['1', '3']);
    await expect(second.requests).toReceive(['2', '4']);
  },
);

claim(
  'request-reply/server-killed',
  {
    says: 'A server that is killed (SIGKILL) before it answered does not lose the request: another server answers it.',
    documented: [tutorial('six', 'summary'), docs('confirms#automatic-requeueing')],
    refutedBy: [mutants.manualAckTakenForAutomatic, mutants.redeliveriesLost],
    tags: ['tutorial six', 'rpc'],
    needs: ['management'],
  },
  async ({ queue, program, rpcServer, rpcClient }) => {
    const requests = await queue();
    const killed = await program('rpc-server', {
      name: 'killed',
      queue: requests,
      durable: true,
      seconds: 60,
    });
    const client = await rpcClient();
    const asked = client.request(requests, '10');
    await expect(killed).toReceive(['10']);
    const other = await rpcServer(requests, { name: 'other', answer: (request) => `other: ${request}` });

    await killed.kill('SIGKILL');

    expect(await asked.answer()).toBe('other: 10');
    await expect(other.requests).toReceive([{ body: '10', redelivered: true }]);
    await expect(requests).toHaveCounters({ ready: 0, unacknowledged: 0 });
  },
);
