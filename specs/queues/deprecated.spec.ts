import {
  channelError,
  claim,
  connectionError,
  docs,
  expect,
  mutants,
  notQuorum,
  releaseNotes,
} from '#support';

claim(
  'queues/transient-nonexcl',
  {
    says: 'A queue may be neither durable nor exclusive, in RabbitMQ up to 4.2: every connection may use it, and it stays when the one closes that declared it.',
    documented: [docs('queues#durability'), docs('queues#temporary-queues')],
    appliesTo: { rabbitmq: '<4.3', '*': '*' },
    queueTypes: { quorum: notQuorum.transient },
    refutedBy: [mutants.transientQueuesKept, mutants.transientQueuesMadeExclusive],
    tags: ['tutorial one', 'hello world'],
    needs: ['management'],
  },
  async ({ client, existingQueue, producer, management, virtualHost, uniqueName }) => {
    const [declaring, other] = [await client({ name: 'declaring' }), await client({ name: 'other' })];
    const hello = await existingQueue(uniqueName('hello'));
    const transient = { durable: false, exclusive: false };

    const made = (await declaring.channel()).declareQueue(hello.name, transient);
    await expect(made).toBeAccepted();
    await expect((await other.channel()).get(hello.name)).toBeAccepted();
    await declaring.close();

    expect(await hello.exists(), 'whether hello is there').toBe(true);
    const { queues } = management.in(await virtualHost());
    expect(await queues.get(hello.name), 'the queue, as the management API tells').toMatchObject({
      durable: false,
    });
    await (await producer()).sendToQueue(hello, ['1', '2']);
    await expect(hello).toReceive(['1', '2']);
  },
);

claim(
  'queues/transient-nonexcl-refused',
  {
    says: 'From 4.3 on, a queue that is neither durable nor exclusive is refused by default: the connection ends with 541.',
    documented: [docs('queues#durability'), releaseNotes('4.3.0')],
    appliesTo: { rabbitmq: '>=4.3' },
    succeeds: 'queues/transient-nonexcl',
    queueTypes: { quorum: notQuorum.transient },
    refutedBy: [mutants.transientQueuesKept, mutants.errorCodeChanged(541, 540)],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ client, existingQueue, uniqueName }) => {
    const declaring = await client({ name: 'declaring' });
    const hello = await existingQueue(uniqueName('hello'));

    const transient = (await declaring.channel()).declareQueue(hello.name, { durable: false });

    await expect(transient).toBeRefused(connectionError(541, 'transient_nonexcl_queues'));
    expect(await hello.exists(), 'whether hello is there').toBe(false);
  },
);

claim(
  'queues/args-lazy-mode',
  {
    says: 'Up to 4.2, a classic queue may be declared with x-queue-mode lazy, and delivers as any other does; the mode takes part in the comparison when the queue is declared again: another one is a channel error 406.',
    documented: [docs('lazy-queues'), releaseNotes('3.12.0'), docs('queues#property-equivalence')],
    appliesTo: { rabbitmq: '<4.3' },
    queueTypes: { quorum: notQuorum.lazyMode },
    refutedBy: [mutants.queueArgumentLost('x-queue-mode'), mutants.errorCodeChanged(406, 405)],
    tags: ['work queues'],
  },
  async ({ queue, openChannel, producer }) => {
    const lazy = await queue({ arguments: { 'x-queue-mode': 'lazy' } });
    await (await producer()).sendToQueue(lazy, ['1', '2', '3']);
    const channel = await openChannel();

    const otherMode = { 'x-queue-mode': 'default' };
    await expect(channel.declareQueue(lazy.name, { arguments: otherMode })).toBeRefused(
      channelError(
        406,
        `PRECONDITION_FAILED - inequivalent arg 'x-queue-mode' for queue '${lazy.name}'`,
        'queue.declare',
      ),
    );

    await expect(lazy).toReceive(['1', '2', '3']);
  },
);

claim(
  'queues/args-lazy-mode-shown',
  {
    says: 'Up to 4.2, the management API shows a classic queue with the x-queue-mode that its client gave it.',
    documented: [docs('lazy-queues'), docs('http-api-reference#get-apiqueues_vhost__name_')],
    appliesTo: { rabbitmq: '<4.3' },
    queueTypes: { quorum: notQuorum.lazyMode },
    refutedBy: [
      mutants.queueArgumentLost('x-queue-mode'),
      mutants.queueArgumentTakenFor('x-queue-mode', 'lazy', 'default'),
    ],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ queue, management, virtualHost }) => {
    const lazy = await queue({ arguments: { 'x-queue-mode': 'lazy' } });

    const shown = await management.in(await virtualHost()).queues.get(lazy.name);

    expect(shown.arguments, 'the arguments of the queue').toMatchObject({ 'x-queue-mode': 'lazy' });
  },
);

claim(
  'queues/args-lazy-mode-refused',
  {
    says: 'From 4.3 on, declaring a queue with x-queue-mode, whatever its value, is a channel error 406.',
    documented: [releaseNotes('4.3.0'), docs('lazy-queues')],
    appliesTo: { rabbitmq: '>=4.3' },
    succeeds: 'queues/args-lazy-mode',
    queueTypes: { quorum: notQuorum.lazyMode },
    refutedBy: [mutants.queueArgumentLost('x-queue-mode'), mutants.errorCodeChanged(406, 405)],
    tags: ['work queues'],
  },
  async ({ openChannel, uniqueName }) => {
    for (const mode of ['lazy', 'default']) {
      const declaring = (await openChannel()).declareQueue(uniqueName(mode), {
        arguments: { 'x-queue-mode': mode },
      });

      await expect(declaring).toBeRefused(channelError(406, 'x-queue-mode', 'queue.declare'));
    }
  },
);
