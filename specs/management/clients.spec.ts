import { claim, docs, expect, mutants, table, tutorial } from '#support';

/** A busy broker lists a client a while after it is there. */
const listedSoon = { within: 10_000 };

claim(
  'management/connections-channels',
  {
    says: "A consumer's connection is listed with the name that its client gave it, its user and state running, and counts of the packets and bytes sent to it that grow with each delivery.",
    documented: [
      docs('http-api-reference'),
      docs('connections#monitoring'),
      docs('connections#client-provided-names'),
    ],
    refutedBy: [
      mutants.managementFieldWrong('connections', 'state', 'blocked'),
      mutants.managementFieldWrong('connections', 'send_cnt', 0),
      mutants.managementFieldWrong('connections', 'send_oct', 0),
      mutants.managementFieldStuck('connections', 'send_oct'),
      mutants.accessChecksPassedBy,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.0.0.txt',
        affected: { rabbitmq: '<3.0.0' },
        happened:
          'the bytes sent to a connection stood still that does nothing but receive with automatic acknowledgement',
        seen: { by: mutants.managementFieldStuck('connections', 'send_oct') },
      },
    ],
    tags: ['tutorial one', 'hello world'],
    needs: ['management', 'administration'],
    // Three samples of a connection's counts, of which there is one in five seconds by default
    within: 45_000,
  },
  async ({ ownVirtualHost, user, queue, consumer, producer, management }) => {
    const domain = await ownVirtualHost();
    const alice = await user({ configure: '.*', write: '.*', read: '.*' });
    const hello = await queue();
    const receiver = await consumer(hello, { name: 'receive.py', as: alice, noAck: true });
    const sender = await producer();
    const listed = async () => {
      const connections = await management.in(domain).connections();
      return connections.filter(({ user_provided_name }) => user_provided_name === 'receive.py');
    };

    await expect(listed).toBecome([
      expect.objectContaining({
        user: alice.username,
        state: 'running',
        send_cnt: expect.any(Number),
        send_oct: expect.any(Number),
      }),
    ]);
    await receiver.caughtUp();
    const sent = async () =>
      (await listed()).map(({ send_cnt = 0, send_oct = 0 }) => ({ send_cnt, send_oct }));
    const [before] = await sent();
    await sender.sendToQueue(hello, 'x'.repeat(10_000));
    await expect(sent).toBecome([moreThan(before, 10_000)]);
    const [between] = await sent();
    await sender.sendToQueue(hello, 'x'.repeat(10_000));
    await expect(sent).toBecome([moreThan(between, 10_000)]);
  },
);

claim(
  'management/consumers',
  {
    says: 'Two workers of a queue are two connections and two consumers of that queue, each listed with its tag, its acknowledgement mode and its prefetch.',
    documented: [
      docs('http-api-reference'),
      docs('consumers#basics'),
      tutorial('two', 'round-robin-dispatching'),
    ],
    refutedBy: [
      mutants.managementFieldWrong('consumers', 'consumer_tag', 'tag'),
      mutants.managementFieldWrong('consumers', 'ack_required', true),
      mutants.managementFieldWrong('consumers', 'prefetch_count', 0),
      mutants.managementEntryMissing('connections'),
      mutants.automaticAckTakenForManual,
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, uniqueName, client, consumer, management }) => {
    const [domain, taskQueue] = [await ownVirtualHost(), uniqueName('task_queue')];
    const [ofOne, ofTwo] = [await (await client()).channel(), await (await client()).channel()];
    await ofOne.declareQueue(taskQueue);

    const one = await consumer(taskQueue, { on: ofOne, consumerTag: 'tag 1', prefetch: 1 });
    const two = await consumer(taskQueue, { on: ofTwo, consumerTag: 'tag 2', noAck: true });

    const connections = async () => (await management.in(domain).connections()).length;
    await expect(connections, 'connections').toBecome(2, listedSoon);
    const consumers = async () =>
      Object.fromEntries(
        (await management.in(domain).consumers()).map(
          ({ queue, consumer_tag, ack_required, prefetch_count }) => [
            consumer_tag,
            { queue: queue.name, ack_required, prefetch_count },
          ],
        ),
      );
    await expect(consumers).toBecome(
      {
        [one.tag]: { queue: taskQueue, ack_required: true, prefetch_count: 1 },
        [two.tag]: { queue: taskQueue, ack_required: false, prefetch_count: 0 },
      },
      listedSoon,
    );
  },
);

claim(
  'management/client-properties',
  {
    says: 'A connection is listed with what its client said of itself when it connected: its product, version, platform, information and capabilities.',
    documented: [docs('http-api-reference#get-apiconnections_name_')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.managementFieldWrong('connections', 'client_properties', {})],
    tags: ['the wire'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, raw, management }) => {
    const domain = await ownVirtualHost();
    const said = {
      product: 'pigeon',
      version: '1.2.3',
      platform: 'loft',
      information: 'carries letters',
      capabilities: {
        'basic.nack': true,
        authentication_failure_close: true,
        exchange_exchange_bindings: true,
        publisher_confirms: true,
      },
    };

    await raw({ startOk: { clientProperties: table(said) } });

    const listed = async () => {
      const connections = await management.in(domain).connections();
      return connections.map(({ client_properties }) => client_properties);
    };
    await expect(listed, 'what is listed of connections').toBecome([said], listedSoon);
  },
);

/** Counts that grew by at least so many bytes. */
function moreThan(before: { send_cnt: number; send_oct: number } | undefined, bytes: number): unknown {
  return expect.toSatisfy(
    (now: { send_cnt: number; send_oct: number }) =>
      before !== undefined && now.send_cnt > before.send_cnt && now.send_oct >= before.send_oct + bytes,
    `more packets and at least ${bytes} more bytes than ${JSON.stringify(before)}`,
  );
}
