import { setTimeout as pause } from 'node:timers/promises';
import {
  claim,
  docs,
  expect,
  mutants,
  notForQueues,
  numbered,
  premise,
  type Stage,
  tutorial,
} from '#support';

claim(
  'durability/confirmed-kill',
  {
    says: 'A persistent message in a durable queue that the broker has confirmed survives kill -9 of the broker.',
    documented: [
      docs('confirms#publisher-confirms-and-guaranteed-delivery'),
      tutorial('two', 'message-durability'),
    ],
    extensions: ['publisher_confirms'],
    refutedBy: [onlyForClassic(mutants.persistenceForgotten), mutants.confirmedAndLost],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/ra/pull/138',
        affected: { rabbitmq: '>=3.8.0 <3.8.2' },
        happened: 'a kill could leave an empty piece of its log, from which a quorum queue could not recover',
        seen: { not: 'Which moment leaves the log so is not known outside the broker.' },
      },
      {
        report: 'https://github.com/rabbitmq/ra/pull/629',
        affected: { rabbitmq: '>=4.3.0 <4.3.1' },
        happened: 'a quorum queue could crash when it recovered after a kill',
        seen: { not: 'Which moment leaves the log so is not known outside the broker.' },
      },
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['kill'],
  },
  async (stage) => {
    const { queue, producer, broker } = stage;
    const tasks = await queue({ durable: true });
    const sender = await producer({ confirms: true });
    const confirmations = await sender.sendToQueue(tasks, persistent(numbered(1, 100)));
    await premise(() => expect(new Set(confirmations)).toEqual(new Set(['ack'])));
    await declarationsWritten(stage);

    await broker.kill();

    await expect(tasks).toReceive(numbered(1, 100), { inAnyOrder: true });
  },
);

claim(
  'durability/confirmed-kill-at-work',
  {
    says: 'While publishers and consumers are at work, kill -9 of the broker loses no persistent message in a durable queue that was confirmed before, and none that is confirmed afterwards.',
    documented: [
      docs('confirms#publisher-confirms-and-guaranteed-delivery'),
      docs('reliability#broker-side'),
    ],
    extensions: ['publisher_confirms'],
    refutedBy: [
      mutants.tenthsConfirmedAndLost,
      mutants.confirmedAhead,
      onlyForClassic(mutants.persistenceForgotten),
    ],
    needs: ['kill'],
  },
  async (stage) => {
    const tasks = await stage.queue({ durable: true });
    await declarationsWritten(stage);

    const seen = await stage.history(tasks, { faults: ['kill'] });

    await premise(() => {
      expect(seen.faults[0]?.struck, 'connections struck').toBeGreaterThan(0);
      expect(seen.counts.confirmed, 'messages confirmed').toBeGreaterThan(100);
      expect(seen.counts.undecided, 'messages that the queue may still have').toBe(0);
    });
    const { lost, confirmedBeforeStored } = seen.wrongs;
    expect({ lost, confirmedBeforeStored }, 'confirmed messages').toEqual({
      lost: [],
      confirmedBeforeStored: [],
    });
  },
);

claim(
  'durability/unconfirmed-kill',
  {
    says: 'Persistent messages that were not confirmed may be lost in a kill -9 of the broker: what is left is all that were confirmed and some of the others, in order, each once.',
    documented: [
      docs('confirms#publisher-confirms-and-guaranteed-delivery'),
      tutorial('two', 'message-durability'),
    ],
    extensions: ['publisher_confirms'],
    refutedBy: [
      mutants.publishedTwice,
      mutants.publishesSwapped,
      onlyForClassic(mutants.persistenceForgotten),
    ],
    tags: ['tutorial two', 'work queues'],
    needs: ['kill'],
  },
  async (stage) => {
    const { queue, producer, broker } = stage;
    const tasks = await queue({ durable: true });
    const [careful, hasty] = [await producer({ confirms: true }), await producer()];
    const published = numbered(1, 200);
    const confirmations = await careful.sendToQueue(tasks, persistent(published.slice(0, 10)));
    const confirmed = published.filter((_, index) => confirmations[index] === 'ack');
    await declarationsWritten(stage);

    for (const message of persistent(published.slice(10))) hasty.channel.publish('', tasks.name, message);
    await broker.kill();

    // A queue that is still electing its leader lets a basic.get wait for long, and not a consumer
    const successor = await tasks.consumer('successor');
    await (await producer({ confirms: true })).sendToQueue(tasks, 'the end');
    const left: string[] = [];
    for (let next = await premise(successor.next()); next.body !== 'the end';) {
      left.push(next.body);
      next = await premise(successor.next());
    }
    expect(left, 'what is left of what was published').toEqual(
      published.filter((body) => confirmed.includes(body) || left.includes(body)),
    );
  },
);

/**
 * Declares something else, so that what was declared before is there after a kill: RabbitMQ up to 4.1 notes in Mnesia's
 * log that a declaration was committed, but writes this note to disk with the next transaction, or two seconds
 * later. A queue without it is gone after a kill, with all that was confirmed in it. Of a quorum queue the broker
 * writes with which log it goes on half a second after the last declaration: before, a kill leaves it empty.
 */
async function declarationsWritten({ exchange }: Stage): Promise<void> {
  await exchange('direct');
  await pause(1_500);
}

function onlyForClassic(mutant: Parameters<typeof notForQueues>[2]) {
  return notForQueues('quorum', 'A quorum queue keeps every message durably.', mutant);
}

function persistent(bodies: string[]) {
  return bodies.map((body) => ({ body, persistent: true }));
}
