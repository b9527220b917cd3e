import { claim, docs, expect, mutants, notClassic, premise } from '#support';

claim(
  'quorum-queues/partition-safety',
  {
    says: 'While nodes are cut off from the others, with their links reset or nothing of what they say arriving, and come back, a quorum queue loses no message that it has confirmed, delivers none that nobody published, and flags as redelivered what it delivers again.',
    documented: [docs('quorum-queues#data-safety'), docs('partitions#effects'), docs('partitions#recovery')],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [mutants.tenthsConfirmedAndLost, mutants.confirmedAhead, mutants.deliveriesDuplicated],
    needs: ['cluster', 'partition', 'stall'],
  },
  async ({ client, existingQueue, history, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const { queue } = await onB.declareQueue(uniqueName('led-by-b'));

    const seen = await history(await existingQueue(queue), {
      faults: ['node cut off', 'node unheard'],
      messages: 300,
    });

    await premise(() => {
      expect(seen.faults[0]?.struck, 'connections to the first node that was cut off').toBeGreaterThan(0);
      expect(seen.counts.confirmed, 'messages confirmed').toBeGreaterThan(200);
      expect(seen.counts.undecided, 'messages that the queue may still have').toBe(0);
    });
    const { lost, confirmedBeforeStored, invented, duplicatedUnflagged } = seen.wrongs;
    expect({ lost, confirmedBeforeStored, invented, duplicatedUnflagged }, 'what went wrong').toEqual({
      lost: [],
      confirmedBeforeStored: [],
      invented: [],
      duplicatedUnflagged: [],
    });
  },
);
