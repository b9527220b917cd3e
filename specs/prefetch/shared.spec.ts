import { claim, connectionError, docs, expect, mutants, notQuorum, numbered, premise } from '#support';

// From 4.3 on a shared limit is denied unless the broker is configured to permit it
const permitted = { rabbitmq: '<4.3' };

claim(
  'prefetch/global-shared',
  {
    says: 'A global prefetch is one limit for all consumers of the channel together, beside the limit that each has: with 2 for each and 3 for all, two consumers hold three deliveries between them.',
    documented: [docs('consumer-prefetch#sharing-the-limit')],
    appliesTo: permitted,
    extensions: ['per_consumer_qos'],
    queueTypes: { quorum: notQuorum.globalPrefetch },
    refutedBy: [mutants.globalPrefetchMadePerConsumer, mutants.prefetchMadeGlobal, mutants.prefetchOffByOne],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const [letters, parcels] = [await queue(), await queue()];
    const channel = await openChannel();
    await channel.qos(2);
    await channel.qos(3, { global: true });
    const postman = await consumer(letters, { on: channel, name: 'postman' });
    const courier = await consumer(parcels, { on: channel, name: 'courier' });
    const sender = await producer();

    await sender.sendToQueue(letters, numbered(1, 5));
    await expect(postman).toReceive(['1', '2']);
    await sender.sendToQueue(parcels, numbered(1, 5));

    await expect(courier).toReceive(['1']);
    await expect(postman).toReceive(['1', '2']);
  },
);

claim(
  'prefetch/limit-change',
  {
    says: 'A global prefetch can be changed while its consumers run. A lower one takes nothing back: nothing more comes until fewer deliveries are outstanding than it allows. A higher one lets more come.',
    documented: [docs('confirms#channel-qos-prefetch'), docs('consumer-prefetch#sharing-the-limit')],
    appliesTo: permitted,
    extensions: ['per_consumer_qos'],
    queueTypes: { quorum: notQuorum.globalPrefetch },
    refutedBy: [mutants.prefetchNeverChanged, mutants.prefetchOffByOne],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const tasks = await queue();
    const channel = await openChannel();
    await channel.qos(3, { global: true });
    const worker = await consumer(tasks, { on: channel, name: 'worker' });
    await (await producer()).sendToQueue(tasks, numbered(1, 6));
    const one = await premise(worker.next());
    const two = await premise(worker.next());
    const three = await premise(worker.next());

    await channel.qos(1, { global: true });
    worker.ack(one);
    worker.ack(two);
    await expect(worker).toReceive(numbered(1, 3));
    worker.ack(three);
    await expect(worker).toReceive(numbered(1, 4));
    await channel.qos(2, { global: true });

    await expect(worker).toReceive(numbered(1, 5));
  },
);

claim(
  'prefetch/global-quorum-540',
  {
    says: 'Consuming from a quorum queue on a channel with a global prefetch is refused with 540, and ends the connection; with a prefetch for each consumer it is not refused.',
    documented: [docs('quorum-queues#global-qos')],
    appliesTo: { rabbitmq: '>=3.8 <4.3' },
    extensions: ['per_consumer_qos', 'quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.globalPrefetchMadePerConsumer, mutants.errorCodeChanged(540, 541)],
  },
  async ({ queue, client, consumer }) => {
    const orders = await queue({ arguments: { 'x-queue-type': 'quorum' } });
    const connection = await client();
    const [own, shared] = [await connection.channel(), await connection.channel()];
    await own.qos(10);
    await shared.qos(10, { global: true });

    await expect(consumer(orders, { on: own })).toBeAccepted();
    const refused = consumer(orders, { on: shared });

    await expect(refused).toBeRefused(
      connectionError(540, /NOT_IMPLEMENTED - .*does not support global qos/),
    );
  },
);
