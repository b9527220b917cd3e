import { channelError, claim, docs, expect, mutants, notClassic, releaseNotes } from '#support';

claim(
  'quorum-queues/declare-props',
  {
    says: 'A quorum queue can be neither exclusive nor auto-delete: to declare one so is a channel error 406, and no queue is made.',
    documented: [
      docs('quorum-queues#exclusivity'),
      docs('quorum-queues#when-not-to-use-quorum-queues'),
      docs('channels#error-handling'),
    ],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.quorumDeclaration },
    refutedBy: [
      mutants.exclusiveIgnored,
      mutants.autoDeleteIgnored,
      mutants.errorCodeChanged(406, 405),
      mutants.channelErrorsBreakTheConnection,
    ],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    for (const property of ['exclusive', 'autoDelete']) {
      const orders = await existingQueue(uniqueName(property));

      const declaring = (await openChannel()).declareQueue(orders.name, { [property]: true });

      await expect(declaring, property).toBeRefused(
        channelError(406, 'PRECONDITION_FAILED', 'queue.declare'),
      );
      expect(await orders.exists(), `whether there is a queue: ${property}`).toBe(false);
    }
  },
);

claim(
  'quorum-queues/transient-refused',
  {
    says: 'A quorum queue is always durable: to declare one that is not is a channel error 406, and no queue is made.',
    documented: [
      docs('quorum-queues#transient-non-durable-queues'),
      docs('channels#error-handling'),
      docs('queues#how-to-choose'),
    ],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.quorumDeclaration },
    refutedBy: [mutants.transientQueuesKept, mutants.errorCodeChanged(406, 405)],
    // From 4.3 on every queue is refused that is neither durable nor exclusive, whatever its type
    appliesTo: { rabbitmq: '<4.3' },
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const orders = await existingQueue(uniqueName('orders'));

    const declaring = (await openChannel()).declareQueue(orders.name, { durable: false });

    await expect(declaring).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'queue.declare'));
    expect(await orders.exists(), 'whether there is a queue').toBe(false);
  },
);

claim(
  'quorum-queues/server-named-refused',
  {
    says: 'A quorum queue has a name that its client gives it: to declare one without is a channel error 406.',
    documented: [docs('quorum-queues#feature-matrix'), docs('channels#error-handling')],
    extensions: ['quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.serverNamesUnmarked, mutants.errorCodeChanged(406, 405)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/2296',
        affected: { rabbitmq: '>=3.8.0 <=3.8.9' },
        happened: 'quorum queues got names of the broker, as if they were temporary',
        seen: { on: 'rabbitmq 3.8.9' },
      },
    ],
  },
  async ({ openChannel }) => {
    const declaring = (await openChannel()).declareQueue('', { arguments: { 'x-queue-type': 'quorum' } });

    await expect(declaring).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'queue.declare'));
  },
);

claim(
  'quorum-queues/args-rejected',
  {
    says: 'An argument of classic queues alone, or of streams, is refused for a quorum queue with a channel error 406 that names it, and no queue is made.',
    documented: [
      docs('queues#optional-arguments'),
      docs('streams#declaring'),
      releaseNotes('3.10.0'),
      docs('channels#error-handling'),
    ],
    appliesTo: { rabbitmq: '>=3.10' },
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.quorumDeclaration },
    refutedBy: [
      mutants.queueArgumentLost('x-queue-mode'),
      mutants.queueArgumentLost('x-stream-max-segment-size-bytes'),
      mutants.errorCodeChanged(406, 405),
    ],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const foreign = {
      'x-queue-mode': 'lazy',
      'x-max-age': '1h',
      'x-stream-max-segment-size-bytes': 1_000_000,
    };

    for (const [argument, value] of Object.entries(foreign)) {
      const orders = await existingQueue(uniqueName('orders'));
      const declaring = (await openChannel()).declareQueue(orders.name, { arguments: { [argument]: value } });
      await expect(declaring, argument).toBeRefused(invalid(argument, orders.name));
      expect(await orders.exists(), `whether there is a queue: ${argument}`).toBe(false);
    }
  },
);

claim(
  'quorum-queues/initial-size-invalid',
  {
    says: 'The initial group size of a quorum queue is a whole number above zero: anything else is a channel error 406 that names the argument, and no queue is made; one is accepted.',
    documented: [docs('quorum-queues#group-size'), docs('channels#error-handling')],
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.quorumDeclaration },
    refutedBy: [
      mutants.queueArgumentLost('x-quorum-initial-group-size'),
      mutants.queueArgumentOff('x-quorum-initial-group-size', 1),
      mutants.queueArgumentOff('x-quorum-initial-group-size', -1),
      mutants.errorCodeChanged(406, 405),
    ],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const argument = 'x-quorum-initial-group-size';
    // Not as the octet that it fits into: how octets are read is a claim of its own
    const wrong = { '0': 0, '-1': { '!': 'int', value: -1 }, one: 'one' };

    for (const [written, size] of Object.entries(wrong)) {
      const orders = await existingQueue(uniqueName('orders'));
      const declaring = (await openChannel()).declareQueue(orders.name, { arguments: { [argument]: size } });
      await expect(declaring, written).toBeRefused(invalid(argument, orders.name));
      expect(await orders.exists(), `whether there is a queue: ${written}`).toBe(false);
    }

    const alone = (await openChannel()).declareQueue(uniqueName('alone'), { arguments: { [argument]: 1 } });
    await expect(alone).toBeAccepted();
  },
);

claim(
  'quorum-queues/args-invalid',
  {
    says: 'Where the leader of a quorum queue is to be, and how it is to dead-letter, are named by one of two words each: any other is a channel error 406 that names the argument, and no queue is made.',
    documented: [
      docs('quorum-queues#leader-placement'),
      docs('quorum-queues#activating-at-least-once-dead-lettering'),
      docs('channels#error-handling'),
    ],
    appliesTo: { rabbitmq: '>=3.10' },
    extensions: ['dead_letter_exchanges', 'quorum_queues'],
    queueTypes: { classic: notClassic.quorumDeclaration },
    refutedBy: [
      mutants.queueArgumentLost('x-queue-leader-locator'),
      mutants.queueArgumentLost('x-dead-letter-strategy'),
      mutants.errorCodeChanged(406, 405),
    ],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const words = {
      'x-queue-leader-locator': ['client-local', 'balanced'],
      'x-dead-letter-strategy': ['at-most-once', 'at-least-once'],
    };

    for (const [argument, right] of Object.entries(words)) {
      const orders = await existingQueue(uniqueName('orders'));
      const declaring = (await openChannel()).declareQueue(orders.name, {
        arguments: { [argument]: 'nowhere' },
      });
      await expect(declaring, argument).toBeRefused(invalid(argument, orders.name));
      expect(await orders.exists(), `whether there is a queue: ${argument}`).toBe(false);
      for (const word of right) {
        const accepted = (await openChannel()).declareQueue(uniqueName('accepted'), {
          arguments: { [argument]: word },
        });
        await expect(accepted, word).toBeAccepted();
      }
    }
  },
);

claim(
  'quorum-queues/timeout-invalid',
  {
    says: 'A quorum queue takes the timeouts of its consumers in milliseconds: a text, or a number below zero, is a channel error 406 that names the argument, and no queue is made.',
    documented: [
      docs('quorum-queues#consumer-timeout'),
      docs('quorum-queues#disconnected-consumer-node-timeout'),
      docs('channels#error-handling'),
    ],
    appliesTo: { rabbitmq: '>=4.3' },
    extensions: ['quorum_queues'],
    queueTypes: { classic: notClassic.consumerTimeout },
    refutedBy: [
      mutants.queueArgumentLost('x-consumer-timeout'),
      mutants.queueArgumentLost('x-consumer-disconnected-timeout'),
      mutants.errorCodeChanged(406, 405),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/16557',
        affected: { rabbitmq: '>=4.3.0 <4.3.2' },
        happened: 'a quorum queue was made with whatever was given as the timeout of its consumers',
        seen: { by: mutants.queueArgumentLost('x-consumer-timeout') },
      },
    ],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    for (const argument of ['x-consumer-timeout', 'x-consumer-disconnected-timeout']) {
      // As an int: an octet below zero is read in two ways
      for (const [written, value] of Object.entries({ soon: 'soon', '-1': { '!': 'int', value: -1 } })) {
        const orders = await existingQueue(uniqueName('orders'));
        const declaring = (await openChannel()).declareQueue(orders.name, {
          arguments: { [argument]: value },
        });
        await expect(declaring, `${argument} ${written}`).toBeRefused(invalid(argument, orders.name));
        expect(await orders.exists(), `whether there is a queue: ${argument} ${written}`).toBe(false);
      }
      const patient = (await openChannel()).declareQueue(uniqueName('patient'), {
        arguments: { [argument]: 3_600_000 },
      });
      await expect(patient, argument).toBeAccepted();
    }
  },
);

claim(
  'quorum-queues/type-not-by-policy',
  {
    says: 'The type of a queue is no matter of policies: a queue that is declared without a type is a classic one, and stays so, whatever a policy says of its type.',
    documented: [docs('quorum-queues#declaring')],
    extensions: ['quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.queueArgumentAssumed('x-queue-type', 'quorum')],
    needs: ['management', 'administration', 'policies'],
  },
  async ({ ownVirtualHost, queue, management }) => {
    const { policies, queues } = management.in(await ownVirtualHost());
    const typeOf = async (name: string) => (await queues.get(name)).type;
    const earlier = await queue({ name: 'orders.earlier', type: 'classic' });
    expect(await typeOf(earlier.name), 'the type of a queue without a policy').toBe('classic');

    // Whether a policy of this key is taken at all is nobody's promise
    await policies
      .put('replicated', { pattern: '^orders[.]', definition: { 'queue-type': 'quorum' } })
      .catch(() => {});

    const later = await queue({ name: 'orders.later', type: 'classic' });
    expect(await typeOf(later.name), 'the type of the queue that was declared afterwards').toBe('classic');
    expect(await typeOf(earlier.name), 'the type of the queue that was there').toBe('classic');
  },
);

/** The refusal of an argument. */
function invalid(argument: string, queue: string) {
  return channelError(
    406,
    `PRECONDITION_FAILED - invalid arg '${argument}' for queue '${queue}'`,
    'queue.declare',
  );
}
