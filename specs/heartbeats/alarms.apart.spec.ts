import { setTimeout as pause } from 'node:timers/promises';
import { claim, docs, expect, memoryAlarm, mutants, premise } from '#support';

claim(
  'heartbeats/survives-alarm',
  {
    says: 'A publisher that the broker does not read, since it has an alarm, is not taken for gone, however silent it is; a consumer that is silent is given up all the same. When the alarm is over, the publisher goes on.',
    documented: [docs('alarms#overview'), docs('heartbeats#heartbeats-timeout')],
    appliesTo: { rabbitmq: '*' },
    extensions: ['connection.blocked'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.blockedClientsGivenUp],
    needs: ['ctl'],
    tags: ['the wire'],
  },
  async ({ raw, broker, queue }) => {
    const tasks = await queue({ type: 'classic' });
    let publisher: Awaited<ReturnType<typeof raw>> | undefined;
    const publish = async (body: string) =>
      await publisher?.send(
        'basic.publish',
        { routingKey: tasks.name },
        { content: { body: Buffer.from(body) } },
      );

    await broker.whileChanged(memoryAlarm, async () => {
      // Until there is the alarm it would be taken for gone itself
      publisher = await raw({ tuneOk: { heartbeat: 1 } });
      await publish('first');
      await premise(publisher.expect('connection.blocked'));
      // Half a heartbeat later, so that the publisher would have been given up before
      await pause(500);
      const silent = await raw({ tuneOk: { heartbeat: 1 } });
      await silent.expectEnd({ within: 10_000 });
      await publish('second');
    });

    await publisher?.expect('connection.unblocked');
    await expect(tasks).toReceive(['first', 'second']);
  },
);
