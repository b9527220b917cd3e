import { claim, docs, expect, mutants, numbered, type Stage, tutorial } from '#support';

claim(
  'durability/confirmed-kill',
  {
    says: 'A persistent message in a durable queue that the broker has confirmed survives kill -9 of the broker.',
    documented: [
      docs('confirms#publisher-confirms-and-guaranteed-delivery'),
      tutorial('two', 'message-durability'),
    ],
    extensions: ['publisher_confirms'],
    refutedBy: [mutants.persistenceForgotten, mutants.confirmedAndLost],
    tags: ['tutorial two', 'work queues'],
    needs: ['kill'],
  },
  async (stage) => {
    const { queue, producer, broker } = stage;
    const tasks = await queue({ durable: true });
    const sender = await producer({ confirms: true });
    const confirmations = await sender.sendToQueue(tasks, persistent(numbered(1, 100)));
    expect(confirmations).toEqual(numbered(1, 100).map(() => 'ack'));

    await declarationsWritten(stage);
    await broker.kill();

    await expect(tasks).toReceive(numbered(1, 100));
  },
);

claim(
  'durability/unconfirmed-kill',
  {
    says: 'Persistent messages that were not confirmed may be lost in a kill -9 of the broker: what is left after the confirmed ones is some of them, in order, each once.',
    documented: [
      docs('confirms#publisher-confirms-and-guaranteed-delivery'),
      tutorial('two', 'message-durability'),
    ],
    extensions: ['publisher_confirms'],
    refutedBy: [mutants.publishedTwice, mutants.publishesSwapped, mutants.persistenceForgotten],
    tags: ['tutorial two', 'work queues'],
    needs: ['kill'],
  },
  async (stage) => {
    const { queue, producer, broker } = stage;
    const tasks = await queue({ durable: true });
    const [careful, hasty] = [await producer({ confirms: true }), await producer()];
    const [confirmed, unconfirmed] = [numbered(1, 10), numbered(11, 200)];
    await careful.sendToQueue(tasks, persistent(confirmed));
    await declarationsWritten(stage);

    for (const message of persistent(unconfirmed)) hasty.channel.publish('', tasks.name, message);
    await broker.kill();

    const left = (await tasks.takeAll()).map(({ body }) => body);
    expect(left).toEqual([...confirmed, ...unconfirmed.filter((body) => left.includes(body))]);
  },
);

/**
 * Declares something else, so that what was declared before is there after a kill: RabbitMQ up to 4.1 notes in Mnesia's
 * log that a declaration was committed, but writes this note to disk with the next transaction, or two seconds
 * later. A queue without it is gone after a kill, with all that was confirmed in it.
 */
async function declarationsWritten({ exchange }: Stage): Promise<void> {
  await exchange('direct');
}

function persistent(bodies: string[]) {
  return bodies.map((body) => ({ body, persistent: true }));
}
