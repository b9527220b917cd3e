import { channelError, claim, docs, expect, mutants, type Stage } from '#support';

type Queue = Awaited<ReturnType<Stage['queue']>>;

claim(
  'dead-lettering/declare-validation',
  {
    says: 'The dead letter exchange and routing key of a queue are names, and a dead letter routing key needs an exchange: anything else is a channel error 406, and there is no queue.',
    documented: [docs('dlx#using-optional-queue-arguments')],
    extensions: ['dead_letter_exchanges'],
    refutedBy: [
      mutants.errorCodeChanged(406, 404),
      mutants.errorsSwallowed,
      mutants.channelErrorsBreakTheConnection,
      mutants.queueArgumentLost('x-dead-letter-exchange'),
    ],
    tags: ['work queues'],
    appliesTo: { rabbitmq: '*' },
  },
  async ({ exchange, openChannel, existingQueue, uniqueName }) => {
    const letters = await exchange('fanout');
    const wrong = {
      'number as exchange': { 'x-dead-letter-exchange': 7 },
      'number as key': { 'x-dead-letter-exchange': letters.name, 'x-dead-letter-routing-key': 7 },
      'key alone': { 'x-dead-letter-routing-key': 'failed' },
    };

    for (const [what, given] of Object.entries(wrong)) {
      const name = uniqueName(what);
      await expect((await openChannel()).declareQueue(name, { arguments: given }), what).toBeRefused(
        channelError(406, 'PRECONDITION_FAILED', 'queue.declare'),
      );
      expect(await (await existingQueue(name)).exists(), `whether there is a queue: ${what}`).toBe(false);
    }
  },
);

claim(
  'dead-lettering/policy',
  {
    says: 'A policy gives queues a dead letter exchange and routing key, also those that are there already; where the arguments of a queue name others, those count.',
    documented: [
      docs('dlx#using-policies'),
      docs('dlx#overview'),
      docs('dlx#how-dead-lettering-is-configured'),
      docs('queues#optional-arguments-precedence'),
    ],
    extensions: ['dead_letter_exchanges'],
    refutedBy: [
      mutants.policiesIgnored,
      mutants.policiesForQueuesThatAreThereIgnored,
      mutants.queueArgumentLost('x-dead-letter-exchange'),
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-beta7---2022-11-21',
        affected: { lavinmq: '<1.0.0-beta.7' },
        happened: 'a policy counted more than the arguments of a queue',
        seen: { by: mutants.queueArgumentLost('x-dead-letter-exchange') },
      },
    ],
    tags: ['work queues'],
    needs: ['policies'],
  },
  async ({ exchange, queue, producer, policy }) => {
    const [ofPolicy, ofArguments] = [await exchange('direct'), await exchange('direct')];
    const [byPolicy, byArguments] = [await queue(), await queue()];
    await byPolicy.bindTo(ofPolicy, 'failed');
    await byArguments.bindTo(ofArguments, 'broken');
    const plain = await queue();
    const special = await queue({
      arguments: { 'x-dead-letter-exchange': ofArguments.name, 'x-dead-letter-routing-key': 'broken' },
    });
    const sender = await producer({ confirms: true });
    const arrives = (from: Queue, to: Queue) => async () => {
      await sender.sendToQueue(from, `of ${from.name}`);
      return (await to.counts()).ready > 0;
    };

    // With a limit, so that it shows in both queues that the policy has reached them
    await policy('queues', [plain, special], {
      'dead-letter-exchange': ofPolicy.name,
      'dead-letter-routing-key': 'failed',
      'max-length': 1,
    });

    const arrived = 'whether what the queue dropped arrives';
    await expect(arrives(plain, byPolicy), arrived).toBecome(true);
    await expect(arrives(special, byArguments), arrived).toBecome(true);
    const bodies = async (of: Queue) => [...new Set((await of.takeAll()).map(({ body }) => body))];
    expect(await bodies(byPolicy), 'what came by the policy').toEqual([`of ${plain.name}`]);
    expect(await bodies(byArguments), 'what came by the arguments').toEqual([`of ${special.name}`]);
  },
);

claim(
  'dead-lettering/permission',
  {
    says: 'Who declares a queue with a dead letter exchange needs read on the queue and write on the exchange, which is checked when the queue is declared: without one of them that is a channel error 403.',
    documented: [docs('dlx#using-optional-queue-arguments'), docs('access-control#authorisation')],
    extensions: ['dead_letter_exchanges'],
    refutedBy: [
      mutants.accessChecksPassedBy,
      mutants.errorCodeChanged(403, 405),
      mutants.channelErrorsBreakTheConnection,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.1.4.txt',
        affected: { rabbitmq: '>=2.8.0 <3.1.4' },
        happened: 'nobody asked whether who named a dead letter exchange may publish to it',
        seen: { by: mutants.accessChecksPassedBy },
      },
    ],
    tags: ['access and security'],
    needs: ['administration'],
  },
  async ({ ownVirtualHost, user, client }) => {
    await ownVirtualHost();
    const alice = await user({ configure: '.*', write: '^letters$', read: '^tasks$' });
    const bob = await user({ configure: '.*', write: '^other$', read: '^tasks$' });
    const carol = await user({ configure: '.*', write: '^letters$', read: '^other$' });
    const channelOf = async (name: string, who: typeof alice) => (await client({ name, ...who })).channel();
    const deadLettering = { arguments: { 'x-dead-letter-exchange': 'letters' } };

    const [ofAlice, ofBob, ofCarol] = [
      await channelOf('alice', alice),
      await channelOf('bob', bob),
      await channelOf('carol', carol),
    ];
    await ofAlice.declareExchange('letters', 'fanout');
    const refused = channelError(403, 'ACCESS_REFUSED', 'queue.declare');
    await expect(ofBob.declareQueue('tasks', deadLettering)).toBeRefused(refused);
    await expect(ofCarol.declareQueue('tasks', deadLettering)).toBeRefused(refused);
    await expect(ofAlice.declareQueue('tasks', deadLettering)).toBeAccepted();
  },
);
