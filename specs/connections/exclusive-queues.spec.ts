import { claim, docs, expect, mutants, notQuorum, premise, tutorial } from '#support';

claim(
  'connections/close-drops-exclusive',
  {
    says: 'An exclusive queue goes with its connection, whether that is closed in order or broken off.',
    documented: [docs('queues#exclusive-queues'), tutorial('three', 'temporary-queues')],
    queueTypes: { quorum: notQuorum.exclusive },
    refutedBy: [mutants.exclusiveIgnored],
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

    await expect(() => ofLeaver.exists()).toBecome(false);
    await expect(() => ofVictim.exists()).toBecome(false);
  },
);
