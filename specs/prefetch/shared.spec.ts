import { claim, connectionError, docs, expect, mutants, notQuorum, numbered, premise } from '#support';

// From 4.3 on a shared limit is denied unless the broker is configured to permit it
const permitted = { rabbitmq: '<4.3' };

claim(
  'prefetch/global-shared',
  {
    says: 'A global prefetch is one limit for all consumers of the channel together, beside the limit that each has: with 2 for each and 3 for all, two consumers hold three deliveries between them.',
    documented: [
      docs('consumer-prefetch#sharing-the-limit'),
      docs('confirms#per-channel-per-consumer-and-global-prefetch'),
    ],
    appliesTo: permitted,
    extensions: ['per_consumer_qos'],
    queueTypes: { quorum: notQuorum.globalPrefetch },
    refutedBy: [
      mutants.globalPrefetchMadePerConsumer,
      mutants.globalPrefetchLimitsGotToo,
      mutants.prefetchMadeGlobal,
      mutants.prefetchOffByOne,
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha14---2020-11-11',
        affected: { lavinmq: '<1.0.0-alpha.14' },
        happened: 'a global prefetch did not count the deliveries of all consumers of the channel together',
        seen: { by: mutants.globalPrefetchMadePerConsumer },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-beta6---2022-11-10',
        affected: { lavinmq: '<1.0.0-beta.6' },
        happened: 'what basic.get had taken counted among what consumers held under a global prefetch',
        seen: { by: mutants.globalPrefetchLimitsGotToo },
      },
    ],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const [letters, parcels, notes] = [await queue(), await queue(), await queue()];
    const channel = await openChannel();
    await channel.qos(2);
    await channel.qos(3, { global: true });
    const postman = await consumer(letters, { on: channel, name: 'postman' });
    const courier = await consumer(parcels, { on: channel, name: 'courier' });
    const sender = await producer({ confirms: true });
    // No consumer holds it
    await sender.sendToQueue(notes, 'note');
    const note = await channel.get(notes.name);
    await premise(() => expect(note?.body).toBe('note'));

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
    refutedBy: [
      mutants.prefetchNeverChanged,
      mutants.prefetchOffByOne,
      mutants.prefetchChangesBreakDown,
      mutants.acksUnderGlobalPrefetchBreakDown,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/3230',
        affected: { rabbitmq: '>=3.9.0 <3.9.1' },
        happened:
          'the connection was closed with 541 when something was acknowledged under a global prefetch',
        seen: { by: mutants.acksUnderGlobalPrefetchBreakDown },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.1.1.txt',
        affected: { rabbitmq: '<3.1.1' },
        happened: 'a channel could break down when its prefetch was set more than once',
        seen: { by: mutants.prefetchChangesBreakDown },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-1.7.2.txt',
        affected: { rabbitmq: '<1.7.2' },
        happened:
          'a prefetch that was set while deliveries were outstanding could end up higher than asked for',
        seen: { by: mutants.prefetchNeverChanged },
      },
    ],
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

    await expect(channel.qos(1, { global: true })).toBeAccepted();
    worker.ack(one);
    worker.ack(two);
    await expect(channel.declareQueuePassively(tasks.name)).toBeAccepted();
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
