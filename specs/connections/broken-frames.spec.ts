import { claim, docs, expect, framesOfRun, fuzz, mutants, premise } from '#support';

claim(
  'connections/broken-frames',
  {
    says: 'However a frame is broken, it ends at most its own connection: others go on publishing and consuming, what is confirmed to them is delivered, and the broker goes on serving.',
    documented: [docs('connections#error-handling')],
    extensions: ['publisher_confirms'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.brokenFramesEndAll, mutants.tenthsConfirmedAndLost],
    needs: ['administration'],
    tags: ['the wire'],
    within: 60_000 + framesOfRun() * 200,
  },
  async ({ broker, ownVirtualHost, uniqueName }) => {
    const virtualHost = await ownVirtualHost();
    const { amqp, username, password } = broker.description();

    const seen = await fuzz({ amqp, username, password, virtualHost }, uniqueName('tasks'));

    const { seed, broke, lost, disturbed, confirmed } = seen;
    expect({ seed, broke, lost, disturbed }, 'the seed, and what went wrong').toEqual({
      seed,
      broke: [],
      lost: [],
      disturbed: [],
    });
    await premise(() => expect([seen.sent, confirmed > 0]).toEqual([framesOfRun(), true]));
  },
);
