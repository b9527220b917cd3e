import { claim, docs, expect, mutants, premise, tutorial } from '#support';

claim(
  'tutorials/hello-world',
  {
    says: 'A message that is sent to the default exchange with the name of a queue as routing key is queued there; a consumer gets it, and its acknowledgement deletes it.',
    documented: [
      tutorial('one', 'sending'),
      tutorial('one', 'receiving'),
      docs('exchanges#default-exchange'),
    ],
    refutedBy: [mutants.publishLost(1), mutants.acksIgnored],
    tags: ['tutorial one', 'hello world'],
    needs: ['management'],
  },
  async ({ queue, program }) => {
    const hello = await queue();

    const sender = await program('send', { queue: hello }, ['Hello World!']);
    await premise(async () => expect(await sender.exited()).toBe('exit code 0'));
    await expect(hello).toHaveCounters({ ready: 1 });

    const receiver = await program('worker', { name: 'receiver', queue: hello });
    await expect(receiver).toReceive(['Hello World!']);
    await expect(hello).toHaveCounters({ ready: 0, unacknowledged: 0 });
  },
);
