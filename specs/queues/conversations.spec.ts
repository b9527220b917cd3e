import { claim, docs, expect, mutants, rule } from '#support';

claim(
  'queues/any-conversation',
  {
    says: 'Whatever is declared, bound, published, consumed, got, settled, purged and deleted, in whatever order: what is routed to a queue is delivered in the order of publishing, what is acknowledged, discarded or purged is gone, and what is requeued comes again, flagged as redelivered.',
    documented: [
      docs('queues#message-ordering'),
      docs('confirms#consumer-acks-delivery-tags'),
      docs('confirms#consumer-nacks-requeue'),
      rule('queue/purge/02'),
    ],
    extensions: ['publisher_confirms', 'basic.nack'],
    refutedBy: [
      mutants.acksAfterCancelBreakDown,
      mutants.acksBeforeCloseLost,
      mutants.acksIgnored,
      mutants.bindingKeysIgnored,
      mutants.bindingsOutliveTheirEnds,
      mutants.cancellationsBreakDown,
      mutants.copiesSettledTogether,
      mutants.deliveryTagsPerConsumer,
      mutants.nacksIgnored,
      mutants.prefetchChangesBreakDown,
      mutants.prefetchMadeGlobal,
      mutants.purgeCountWrong,
      mutants.purgesIgnored,
      mutants.purgesTakeUnacknowledged,
      mutants.redeliveredAlwaysSet,
      mutants.redeliveredNeverSet,
      mutants.rejectedAlwaysRequeued,
      mutants.rejectsIgnored,
      mutants.repeatedBindingsRefused,
      mutants.requeueIgnored,
      mutants.unbindingsIgnored,
    ],
    // At night there are many more conversations
    within: 3_600_000,
  },
  async ({ walk }) => {
    const { departure = 'none' } = await walk();

    expect(departure, 'the shortest conversation found in which the broker departs from the model').toBe(
      'none',
    );
  },
);
