import { claim, docs, expect, memoryAlarm, mutants, numbered } from '#support';

claim(
  'alarms/publisher-blocked',
  {
    says: 'While the broker has an alarm, it tells a client that publishes that it is blocked, and neither queues nor confirms what that sends; its consumers go on. When the alarm is over it tells that too, and takes everything.',
    documented: [
      docs('publishers#alarms'),
      docs('publishers#disable-publishing'),
      docs('publishers#resource-alarms'),
      docs('alarms#overview'),
      docs('alarms#client-notifications'),
      docs('connection-blocked#notifications'),
    ],
    appliesTo: { rabbitmq: '*' },
    extensions: ['publisher_confirms'],
    refutedBy: [mutants.blockedUntold, mutants.confirmedTooEarly, mutants.publishLost(5)],
    needs: ['ctl'],
  },
  async ({ queue, producer, consumer, raw, broker }) => {
    const [letters, parcels] = [await queue(), await queue()];
    const publisher = await raw();
    await (await producer()).sendToQueue(letters, numbered(1, 3));

    await publisher.send('confirm.select');
    await publisher.expect('confirm.select-ok');
    const publish = async (body: string) => {
      const content = { properties: { deliveryMode: 2 }, body: Buffer.from(body) };
      await publisher.send('basic.publish', { routingKey: parcels.name }, { content });
    };

    await broker.whileChanged(memoryAlarm, async () => {
      await publish('first');
      await publisher.expect('connection.blocked');
      await publish('second');

      const reader = await consumer(letters, { prefetch: 1, work: 0 });
      await expect(reader).toReceive(numbered(1, 3));
      expect(publisher.unread, 'what the publisher is told').toEqual([]);
      expect(await parcels.takeAll(), 'what is queued of the publisher').toEqual([]);
    });

    await publisher.expect('connection.unblocked');
    await expect(parcels).toReceive(['first', 'second']);
    const told = publisher.unread.map((each) => ('name' in each ? each.name : each.type));
    expect(told, 'what the publisher is told then').not.toContain('connection.unblocked');
  },
);
