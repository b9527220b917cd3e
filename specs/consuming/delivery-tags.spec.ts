import { channelError, claim, docs, expect, mutants, premise, rule } from '#support';

claim(
  'consuming/tags-monotonic',
  {
    says: 'A channel numbers what it delivers from 1 on, one after the other, whatever queue and consumer it is for, and for basic.get as well; each channel counts for itself.',
    documented: [
      docs('confirms#consumer-acks-delivery-tags'),
      rule('delivery-tag/channel-local'),
      rule('delivery-tag/non-zero'),
      docs('consumers#message-properties'),
    ],
    refutedBy: [mutants.deliveryTagsPerConsumer, mutants.deliveryTagsFromZero],
  },
  async ({ queue, openChannel, consumer, producer }) => {
    const [letters, parcels, notes] = [await queue(), await queue(), await queue()];
    const [channel, otherChannel] = [await openChannel(), await openChannel()];
    const postman = await consumer(letters, { on: channel, name: 'postman' });
    const sender = await producer({ confirms: true });
    await sender.sendToQueue(notes, 'elsewhere');

    await sender.sendToQueue(letters, ['first', 'second']);
    await premise(expect(postman).toReceive(['first', 'second']));
    await sender.sendToQueue(parcels, ['third', 'fourth']);
    const third = await channel.get(parcels.name);
    const courier = await consumer(parcels, { on: channel, name: 'courier' });
    await premise(expect(courier).toReceive(['fourth']));
    await sender.sendToQueue(letters, 'fifth');
    await premise(expect(postman).toReceive(['first', 'second', 'fifth']));
    const elsewhere = await otherChannel.get(notes.name);
    await premise(() => expect([third?.body, elsewhere?.body]).toEqual(['third', 'elsewhere']));

    await expect(postman).toReceive([{ deliveryTag: 1 }, { deliveryTag: 2 }, { deliveryTag: 5 }]);
    expect(third, 'the third delivery').toMatchObject({ deliveryTag: 3 });
    await expect(courier).toReceive([{ deliveryTag: 4 }]);
    expect(elsewhere, 'the delivery on the other channel').toMatchObject({ deliveryTag: 1 });
  },
);

claim(
  'consuming/ack-unknown-tag',
  {
    says: 'Settling a delivery tag that the channel has not given out is a channel error 406 that names the method, for ack, nack and reject alike.',
    documented: [docs('confirms#consumer-acks-double-acking'), rule('basic/ack/multiple/exists')],
    extensions: ['basic.nack'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(406, 404),
      mutants.errorMethodForgotten,
      mutants.nacksIgnored,
      mutants.rejectsIgnored,
    ],
    tags: ['tutorial two'],
  },
  async ({ openChannel }) => {
    const [acks, nacks, rejects] = [await openChannel(), await openChannel(), await openChannel()];

    acks.ack(100);
    nacks.nack(100);
    rejects.reject(100);

    const unknown = 'PRECONDITION_FAILED - unknown delivery tag 100';
    await expect(acks).toBeRefused(channelError(406, unknown, 'basic.ack'));
    await expect(nacks).toBeRefused(channelError(406, unknown, 'basic.nack'));
    await expect(rejects).toBeRefused(channelError(406, unknown, 'basic.reject'));
  },
);

claim(
  'consuming/ack-twice',
  {
    says: 'A delivery is settled once: acknowledging or rejecting it again is a channel error 406.',
    documented: [docs('confirms#consumer-acks-double-acking'), rule('basic/ack/multiple/exists')],
    refutedBy: [
      mutants.acksIgnored,
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(406, 404),
      mutants.rejectsIgnored,
    ],
    tags: ['tutorial two'],
  },
  async ({ queue, consumer, producer }) => {
    const tasks = await queue();
    const eager = await consumer(tasks, { name: 'eager', prefetch: 1 });
    const fickle = await consumer(tasks, { name: 'fickle', prefetch: 1 });
    const sender = await producer();
    await sender.sendToQueue(tasks, ['one', 'two']);
    const [one, two] = [await premise(eager.next()), await premise(fickle.next())];

    eager.ack(one);
    eager.ack(one);
    fickle.ack(two);
    fickle.reject(two, { requeue: true });

    const unknown = 'PRECONDITION_FAILED - unknown delivery tag';
    await expect(eager.channel).toBeRefused(channelError(406, unknown, 'basic.ack'));
    await expect(fickle.channel).toBeRefused(channelError(406, unknown, 'basic.reject'));
    await sender.sendToQueue(tasks, 'afterwards');
    await expect(tasks).toReceive(['afterwards'], { name: 'auditor' });
  },
);
