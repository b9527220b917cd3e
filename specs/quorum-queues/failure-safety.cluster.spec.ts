import { claim, docs, expect, mutants, notClassic, premise } from '#support';

claim(
  'quorum-queues/failure-safety',
  {
    says: 'While publishers and consumers are at work and a node is killed, the one of its leader, and comes back, a quorum queue loses no message that it has confirmed, delivers none that nobody published, and flags as redelivered what it delivers again.',
    documented: [docs('quorum-queues#data-safety'), docs('quorum-queues#leader-election')],
    extensions: ['publisher_confirms'],
    queueTypes: { classic: notClassic.members },
    refutedBy: [
      mutants.tenthsConfirmedAndLost,
      mutants.confirmedAhead,
      mutants.redeliveredNeverSet,
      mutants.deliveriesDuplicated,
    ],
    needs: ['cluster', 'node_kill'],
  },
  async ({ client, existingQueue, history, uniqueName }) => {
    const onB = await (await client({ node: 'b' })).channel();
    const { queue } = await onB.declareQueue(uniqueName('led-by-b'));

    const seen = await history(await existingQueue(queue), {
      faults: ['node kill'],
      messages: 300,
    });

    await premise(() => {
      expect(seen.faults[0]?.struck, 'connections to the first node that failed').toBeGreaterThan(0);
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
