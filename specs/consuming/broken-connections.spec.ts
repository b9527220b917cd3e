import { claim, docs, expect, mutants, premise } from '#support';

claim(
  'consuming/at-least-once',
  {
    says: 'While connections of publishers and consumers break, and stand still, at any moment, each confirmed message is delivered at least once, in the order of publishing, and what is delivered again is flagged as redelivered.',
    documented: [
      docs('reliability#confirms'),
      docs('confirms#automatic-requeueing'),
      docs('queues#message-ordering'),
    ],
    extensions: ['publisher_confirms'],
    refutedBy: [
      mutants.tenthsConfirmedAndLost,
      mutants.tenthConfirmsLost,
      mutants.redeliveredNeverSet,
      mutants.deliveriesDuplicated,
      mutants.publishesSwapped,
    ],
  },
  async ({ queue, history }) => {
    const tasks = await queue({ durable: true });

    const seen = await history(tasks, { faults: ['reset', 'reset', 'reset', 'stall'] });

    await premise(() => {
      expect(Math.min(...seen.faults.map(({ struck }) => struck)), 'connections struck').toBeGreaterThan(0);
      expect(seen.counts.delivered, 'messages delivered').toBeGreaterThan(100);
      expect(seen.counts.again, 'deliveries of what was delivered before').toBeGreaterThan(0);
      expect(seen.counts.undecided, 'messages that the queue may still have').toBe(0);
    });
    expect(seen.wrongs, 'what went wrong').toEqual({
      lost: [],
      confirmedBeforeStored: [],
      unanswered: [],
      invented: [],
      duplicatedUnflagged: [],
      reordered: [],
    });
  },
);
