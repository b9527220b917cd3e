import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, memoryAlarm, mutants, premise, type Stage } from '#support';

claim(
  'shovel-and-federation/shovel-alarm',
  {
    says: 'While its destination has an alarm, a shovel that connects to it over the network publishes nothing there; it does when the alarm is over.',
    documented: [docs('alarms#overview'), docs('shovel#re-publishing')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.deliveryLost(3)],
    needs: ['cluster', 'ctl', 'management', 'administration'],
  },
  async (stage) => {
    const port = await stage.cluster.control('a', 'eval', firstPort);
    const { username, password } = stage.broker.description();
    const who = [username, password].map(encodeURIComponent).join(':');
    await pausesUnderAnAlarm(stage, `${who}@localhost:${port.trim()}`);
  },
);

claim(
  'shovel-and-federation/shovel-alarm-direct',
  {
    says: 'While its destination has an alarm, a shovel publishes nothing there also if the destination is the broker in which it runs, without a host in its URI; it does when the alarm is over.',
    documented: [docs('alarms#overview'), docs('shovel#re-publishing')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.deliveryLost(3)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/14657',
        affected: { rabbitmq: '<4.2.0' },
        happened: 'a shovel into its own broker went on under an alarm, until the disk was full',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
    needs: ['cluster', 'ctl', 'management', 'administration'],
  },
  async (stage) => await pausesUnderAnAlarm(stage, ''),
);

/** Where a node listens for AMQP, as an Erlang expression. */
const firstPort =
  '{ok, [First | _]} = application:get_env(rabbit, tcp_listeners), ' +
  'case First of {_, Port} -> Port; Port -> Port end.';

/** @param destination user, password, host and port in a URI; empty: the broker in which the shovel runs */
async function pausesUnderAnAlarm(stage: Stage, destination: string): Promise<void> {
  const { ownVirtualHost, queue, consumer, producer, management, cluster } = stage;
  const virtualHost = encodeURIComponent(await ownVirtualHost());
  const [from, to] = [await queue({ type: 'classic' }), await queue({ type: 'classic' })];
  const sender = await producer({ confirms: true });
  const [holder, reader] = [
    await consumer(from, { name: 'holder', prefetch: 1 }),
    await consumer(to, { name: 'reader' }),
  ];
  await sender.sendToQueue(from, 'requeued under an alarm');
  const held = await premise(holder.next());
  await holder.cancel();
  await management.http.put(`/parameters/shovel/${virtualHost}/shovel`, {
    value: {
      'src-protocol': 'amqp091',
      'src-uri': `amqp:///${virtualHost}`,
      'src-queue': from.name,
      'dest-protocol': 'amqp091',
      'dest-uri': `amqp://${destination}/${virtualHost}`,
      'dest-queue': to.name,
    },
  });
  await sender.sendToQueue(from, 'without one');
  await premise(expect(reader).toReceive(['without one'], { within: 10_000 }));

  await cluster.whileChanged(memoryAlarm, async () => {
    holder.reject(held, { requeue: true });
    // That nothing comes takes time to see: without an alarm it is there after some milliseconds
    await pause(500);
    const arrived = reader.deliveries.map(({ body }) => body);
    expect(arrived, 'what arrived while there was an alarm').toEqual(['without one']);
  });

  await expect(reader).toReceive(['without one', 'requeued under an alarm']);
}
