import {
  channelError,
  claim,
  docs,
  expect,
  mutants,
  notClassic,
  numbered,
  premise,
  roundTrip,
} from '#support';

claim(
  'clustering/partition-minority-paused',
  {
    says: 'With cluster_partition_handling pause_minority, a node that is cut off from more than half of the cluster pauses: it ends the connections of its clients and lets nobody in, until it reaches the others again.',
    documented: [docs('3.13/partitions#automatic-handling'), docs('3.13/partitions#pause-minority')],
    queueTypes: 'unvaried',
    appliesTo: { rabbitmq: '<4.0' },
    refutedBy: [mutants.clientsServedElsewhere('b', 'a')],
    needs: ['cluster', 'partition'],
  },
  async ({ client, cluster, raw }) => {
    const onB = await client({ node: 'b' });
    await premise(roundTrip(await raw()));

    await cluster.cutOff('b');

    await expect(async () => onB.open, 'whether the connection to b is open').toBecome(false);
    const came = await client({ node: 'b' }).then(
      () => 'somebody',
      () => 'nobody',
    );
    expect(came, 'who was let in').toBe('nobody');

    await cluster.heal();

    await expect(client({ node: 'b' })).toBeAccepted();
  },
);

claim(
  'clustering/minority-metadata',
  {
    says: 'From 4.3 on, a node that is cut off from more than half of the cluster goes on with the classic queues that it has, and declares nothing: what is declared there is not there for the others, and the client has no answer of success.',
    documented: [docs('metadata-store#khepri'), docs('partitions#quorum')],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['publisher_confirms'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.clientsServedElsewhere('b', 'a'), mutants.publishLost(5)],
    needs: ['cluster', 'partition'],
  },
  async ({ client, cluster, consumer, openChannel, producer, uniqueName }) => {
    const declaring = await (await client({ node: 'b' })).channel();
    const { queue } = await declaring.declareQueue(uniqueName('on-b'), { type: 'classic' });
    const sender = await producer({ confirms: true, node: 'b' });
    const reader = await consumer(queue, { noAck: true, as: { node: 'b' } });
    let answered = false;

    await cluster.cutOff('b');

    const logs = uniqueName('logs');
    const declared = declaring.declareExchange(logs, 'direct').then(
      () => (answered = true),
      () => false,
    );
    const confirmations = await sender.sendToQueue(queue, numbered(1, 10));
    expect(new Set(confirmations), 'the confirms').toEqual(new Set(['ack']));
    await expect(reader).toReceive(numbered(1, 10));
    await expect((await openChannel()).declareExchangePassively(logs)).toBeRefused(
      channelError(404, 'NOT_FOUND', 'exchange.declare'),
    );
    expect(answered, 'whether the declaration succeeded on b').toBe(false);

    await cluster.heal();
    await declared;
  },
);

claim(
  'clustering/partition-majority-serves',
  {
    says: 'While a node is cut off, the others, which are more than half of the cluster, go on with everything: exchanges, queues and bindings are declared there, and messages are routed, confirmed and delivered from one node to another.',
    documented: [docs('partitions#quorum'), docs('clustering#node-count')],
    extensions: ['publisher_confirms'],
    refutedBy: [
      mutants.exchangesOfOneNode,
      mutants.bindingsIgnored,
      mutants.publishLost(7),
      mutants.confirmsLost,
    ],
    needs: ['cluster', 'partition'],
  },
  async ({ client, cluster, consumer, producer, uniqueName }) => {
    const [onA, onC] = [await client(), await client({ node: 'c' })];
    const sender = await producer({ confirms: true });

    await cluster.cutOff('b');

    const declaring = await onC.channel();
    const logs = uniqueName('logs');
    await expect(declaring.declareExchange(logs, 'direct')).toBeAccepted();
    const { queue } = await (await onA.channel()).declareQueue(uniqueName('errors'));
    await expect(declaring.bindQueue(queue, logs, 'error')).toBeAccepted();
    const reader = await consumer(queue, { noAck: true, as: { node: 'c' } });
    const confirmations = await sender.publish(logs, 'error', numbered(1, 10));
    expect(new Set(confirmations), 'the confirms').toEqual(new Set(['ack']));
    await expect(reader).toReceive(numbered(1, 10));
  },
);

claim(
  'clustering/partition-heal',
  {
    says: 'When a partition is over, all nodes know again the same exchanges, queues and bindings, also those that the majority declared meanwhile, and no message is lost that was confirmed for a quorum queue.',
    documented: [docs('partitions#recovery'), docs('quorum-queues#data-safety')],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [mutants.exchangesOfOneNode, mutants.tenthsConfirmedAndLost],
    needs: ['cluster', 'partition'],
  },
  async ({ client, cluster, consumer, producer, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const { queue } = await onB.declareQueue(uniqueName('led-by-b'));
    const onC = await (await client({ node: 'c' })).channel();
    const sender = await producer({ confirms: true });
    await premise(sender.sendToQueue(queue, numbered(1, 10)));

    await cluster.cutOff('b');

    const logs = uniqueName('logs');
    await premise(onC.declareExchange(logs, 'direct'));
    await premise(onC.bindQueue(queue, logs, 'error'));
    const meanwhile = await sender.sendToQueue(queue, numbered(11, 20));
    await premise(() => expect(new Set(meanwhile)).toEqual(new Set(['ack'])));

    await cluster.heal();

    const onBAgain = await producer({ confirms: true, node: 'b' });
    await onBAgain.publish(logs, 'error', '21');
    const reader = await consumer(queue, { work: 0 });
    await expect(async () => [...new Set(reader.deliveries.map(({ body }) => body))]).toBecome(
      numbered(1, 21),
    );
  },
);
