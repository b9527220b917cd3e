import { claim, docs, expect, mutants, notQuorum, premise, tutorial } from '#support';

claim(
  'connections/close-drops-exclusive',
  {
    says: 'An exclusive queue goes with its connection, whether that is closed in order or broken off.',
    documented: [docs('queues#exclusive-queues'), tutorial('three', 'temporary-queues')],
    queueTypes: { quorum: notQuorum.exclusive },
    refutedBy: [mutants.exclusiveIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/15276',
        affected: { rabbitmq: '<4.1.8 || >=4.2.0 <4.2.3' },
        happened:
          'an exclusive queue that was declared as soon as the one of the same name had lost its connection could be deleted in its place',
        seen: { not: 'It depends on a moment inside the broker, which a spec can not choose.' },
      },
    ],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async ({ client, existingQueue }) => {
    const leaver = await client({ name: 'leaver' });
    const victim = await client({ name: 'victim' });
    const temporary = { exclusive: true, durable: false };
    const ofLeaver = await existingQueue((await (await leaver.channel()).declareQueue('', temporary)).queue);
    const ofVictim = await existingQueue((await (await victim.channel()).declareQueue('', temporary)).queue);
    const existing = [await ofLeaver.exists(), await ofVictim.exists()];
    await premise(() => expect(existing).toEqual([true, true]));

    await leaver.close();
    victim.cut();

    await expect(() => ofLeaver.exists(), 'whether ofLeaver is there').toBecome(false);
    await expect(() => ofVictim.exists(), 'whether ofVictim is there').toBecome(false);
  },
);
