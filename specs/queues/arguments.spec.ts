import { channelError, claim, docs, expect, mutants, notQuorum, releaseNotes, table } from '#support';

claim(
  'queues/args-invalid',
  {
    says: 'A known argument of the wrong type or out of its range is a channel error 406 that names it, and no queue is made; the last values of the ranges are accepted.',
    documented: [
      docs('queues#optional-arguments'),
      docs('ttl#per-queue-message-ttl'),
      docs('ttl#queue-ttl'),
      docs('maxlength#definition-using-x-args'),
      docs('channels#error-handling'),
    ],
    extensions: ['message_ttl', 'queue_length_limit', 'queue_ttl', 'single_active_consumer'],
    queueTypes: { quorum: notQuorum.expiryBefore3_10 },
    refutedBy: [
      mutants.queueArgumentLost('x-max-length'),
      mutants.queueArgumentOff('x-expires', -1),
      mutants.signedOctetsTakenForUnsigned,
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(406, 405),
    ],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#100-alpha1---2020-10-07',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'arguments that are none were taken',
        seen: { by: mutants.errorsSwallowed },
      },
    ],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ openChannel, management, virtualHost, uniqueName }) => {
    const prefix = uniqueName('wrong');
    const wrong = [
      { 'x-max-length': 'ten' },
      { 'x-max-length': -1 },
      { 'x-max-length-bytes': -1 },
      { 'x-message-ttl': -1 },
      { 'x-expires': 0 },
      { 'x-overflow': 'drop-some' },
      { 'x-single-active-consumer': 'yes' },
    ];
    const right = {
      'x-max-length': 0,
      'x-max-length-bytes': 0,
      'x-message-ttl': 0,
      'x-expires': 1,
    };

    for (const [index, values] of wrong.entries()) {
      const [argument] = Object.keys(values);
      const name = `${prefix}-${index}`;
      await expect((await openChannel()).declareQueue(name, { arguments: values })).toBeRefused(
        channelError(
          406,
          `PRECONDITION_FAILED - invalid arg '${argument}' for queue '${name}'`,
          'queue.declare',
        ),
      );
    }

    const names = await management.in(await virtualHost()).queues.names();
    expect(
      names.filter((name) => name.startsWith(prefix)),
      'the queues that were made',
    ).toEqual([]);
    const channel = await openChannel();
    for (const [argument, value] of Object.entries(right)) {
      const values = { [argument]: value };
      await expect(channel.declareQueue(uniqueName('right'), { arguments: values })).toBeAccepted();
    }
  },
);

claim(
  'queues/args-invalid-priority',
  {
    says: 'A maximum priority of more than 255 is a channel error 406 that names the argument, and no queue is made; 255 is accepted.',
    documented: [
      docs('priority#declaration'),
      docs('channels#error-handling'),
      docs('priority#classic-queues'),
      docs('priority#using-client-provided-optional-arguments'),
    ],
    extensions: ['priority_queues'],
    queueTypes: { quorum: notQuorum.maximumPriority },
    refutedBy: [
      mutants.queueArgumentLost('x-max-priority'),
      mutants.queueArgumentOff('x-max-priority', 1),
      mutants.queueArgumentOff('x-max-priority', -1),
      mutants.errorCodeChanged(406, 405),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/1590',
        affected: { rabbitmq: '<3.6.16 || >=3.7.0 <3.7.6' },
        happened: 'a maximum priority of more than 255 was accepted',
        seen: { by: mutants.queueArgumentOff('x-max-priority', -1) },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md',
        affected: { lavinmq: '<1.0.0-alpha.20' },
        happened: 'a maximum priority was not checked at all',
        seen: { by: mutants.queueArgumentLost('x-max-priority') },
      },
    ],
    tags: ['work queues'],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const [wrong, right] = [uniqueName('wrong'), uniqueName('right')];

    await expect(
      (await openChannel()).declareQueue(wrong, { arguments: { 'x-max-priority': 256 } }),
    ).toBeRefused(
      channelError(
        406,
        `PRECONDITION_FAILED - invalid arg 'x-max-priority' for queue '${wrong}'`,
        'queue.declare',
      ),
    );

    expect(await (await existingQueue(wrong)).exists(), 'whether the queue is there').toBe(false);
    await expect(
      (await openChannel()).declareQueue(right, { arguments: { 'x-max-priority': 255 } }),
    ).toBeAccepted();
  },
);

claim(
  'queues/args-unknown-ignored',
  {
    says: 'The arguments of a queue may have any keys: those that the broker does not know are kept and shown, and do not count when the queue is declared again, which changes none of them.',
    documented: [docs('queues#optional-arguments'), docs('queues#property-equivalence')],
    appliesTo: { rabbitmq: '*' },
    refutedBy: [mutants.argumentsComparedByOctets, mutants.queueArgumentLost('x-team')],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ openChannel, management, virtualHost, uniqueName }) => {
    const tasks = uniqueName('tasks');
    const channel = await openChannel();
    const first = { 'x-team': 'red', building: 'north', 'x-max-length': 10 };
    await expect(channel.declareQueue(tasks, { arguments: first })).toBeAccepted();

    const other = { 'x-team': 'blue', 'x-max-length': 10, floor: 3 };
    await expect(channel.declareQueue(tasks, { arguments: other })).toBeAccepted();
    await expect(channel.declareQueue(tasks, { arguments: { 'x-max-length': 10 } })).toBeAccepted();

    const { arguments: kept } = await management.in(await virtualHost()).queues.get(tasks);
    expect(kept, 'the arguments that were kept').toMatchObject(first);
    expect(kept, 'the arguments that were kept').not.toHaveProperty('floor');
  },
);

claim(
  'queues/args-numeric-type',
  {
    says: 'A number in an argument may be an integer of any width, signed or not, and equal numbers are equivalent whatever their type; the same digits as a string are not, and are a channel error 406.',
    documented: [docs('ttl#per-queue-message-ttl'), docs('queues#property-equivalence')],
    extensions: ['message_ttl'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.argumentsComparedByOctets,
      mutants.queueArgumentLost('x-message-ttl'),
      mutants.signedOctetsTakenForUnsigned,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-2.7.0.txt',
        affected: { rabbitmq: '<2.7.0' },
        happened:
          'a queue that one client library had declared was refused to another one that writes the same arguments otherwise',
        seen: { by: mutants.argumentsComparedByOctets },
      },
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/blob/main/release-notes/README-3.3.0.txt',
        affected: { rabbitmq: '>=1.0.0 <3.3.0' },
        happened: 'a signed octet was read as an unsigned one, and so -1 as 255',
        seen: { by: mutants.signedOctetsTakenForUnsigned },
      },
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'a queue was refused whose arguments were the same numbers of another type',
        seen: { by: mutants.argumentsComparedByOctets },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw, uniqueName }) => {
    const tasks = uniqueName('tasks');
    const [declaring, negative] = [await raw({ name: 'declaring' }), await raw({ name: 'negative' })];

    await negative.send('queue.declare', {
      queue: uniqueName('negative'),
      durable: true,
      arguments: [['x-message-ttl', { tag: 'b', value: -1 }]],
    });
    await expect(negative).toBeRefused(
      channelError(406, `PRECONDITION_FAILED - invalid arg 'x-message-ttl'`, 'queue.declare'),
    );
    for (const ttl of [
      { tag: 'b', value: 100 },
      { tag: 'B', value: 100 },
      { tag: 's', value: 100 },
      { tag: 'u', value: 100 },
      { tag: 'I', value: 100 },
      { tag: 'i', value: 100 },
      { tag: 'l', value: 100n },
    ] as const) {
      await declaring.send('queue.declare', {
        queue: tasks,
        durable: true,
        arguments: [['x-message-ttl', ttl]],
      });
      const { arguments: declared } = await declaring.expect('queue.declare-ok');
      expect(declared, 'declare-ok').toMatchObject({ queue: tasks });
    }
    await declaring.send('queue.declare', {
      queue: tasks,
      durable: true,
      arguments: table({ 'x-message-ttl': '100' }),
    });

    await expect(declaring).toBeRefused(
      channelError(406, `PRECONDITION_FAILED - inequivalent arg 'x-message-ttl'`, 'queue.declare'),
    );
  },
);

claim(
  'queues/args-foreign',
  {
    says: 'An argument that is meant for another type of queues is refused with a channel error 406, and no queue is made.',
    documented: [docs('queues#optional-arguments'), releaseNotes('3.10.0'), docs('streams#declaring')],
    appliesTo: { rabbitmq: '>=3.10' },
    extensions: ['queue_types', 'quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.queueArgumentLost('x-max-age'), mutants.errorCodeChanged(406, 405)],
    tags: ['work queues'],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const types = { classic: uniqueName('classic'), quorum: uniqueName('quorum') };

    for (const [type, name] of Object.entries(types)) {
      const ofStreams = { 'x-queue-type': type, 'x-max-age': '1h' };
      await expect((await openChannel()).declareQueue(name, { arguments: ofStreams })).toBeRefused(
        channelError(
          406,
          `PRECONDITION_FAILED - invalid arg 'x-max-age' for queue '${name}'`,
          'queue.declare',
        ),
      );
    }

    expect(await (await existingQueue(types.classic)).exists(), 'whether the classic queue is there').toBe(
      false,
    );
    expect(await (await existingQueue(types.quorum)).exists(), 'whether the quorum queue is there').toBe(
      false,
    );
  },
);

claim(
  'queues/type-immutable',
  {
    says: 'The type of a queue is chosen when it is declared, and cannot be changed: declaring it again with another type is a channel error 406, and the queue stays what it is.',
    documented: [
      docs('queues#optional-arguments'),
      docs('queues#property-equivalence'),
      docs('quorum-queues#relaxed-property-equivalence'),
    ],
    extensions: ['queue_types', 'quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.queueArgumentLost('x-queue-type'),
      mutants.argumentsComparedByOctets,
      mutants.errorCodeChanged(406, 405),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-common/issues/341',
        affected: { rabbitmq: '>=3.8.0 <3.8.2' },
        happened:
          'a queue that had been declared without a type was refused to a client that named the one that it was of, classic',
        seen: { by: mutants.argumentsComparedByOctets },
      },
    ],
    tags: ['work queues'],
    needs: ['management'],
  },
  async ({ queue, openChannel, management, virtualHost }) => {
    const quorum = { 'x-queue-type': 'quorum' };
    const classic = { 'x-queue-type': 'classic' };
    const [replicated, plain] = [await queue({ arguments: quorum }), await queue({ arguments: classic })];
    const inequivalent = (name: string) =>
      channelError(
        406,
        `PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue '${name}'`,
        'queue.declare',
      );

    const toClassic = (await openChannel()).declareQueue(replicated.name, { arguments: classic });
    await expect(toClassic).toBeRefused(inequivalent(replicated.name));
    const toQuorum = (await openChannel()).declareQueue(plain.name, { arguments: quorum });
    await expect(toQuorum).toBeRefused(inequivalent(plain.name));

    const queues = management.in(await virtualHost()).queues;
    expect(await queues.get(replicated.name), 'the queue, as the management API tells').toMatchObject({
      type: 'quorum',
    });
    expect(await queues.get(plain.name), 'the queue, as the management API tells').toMatchObject({
      type: 'classic',
    });
    const again = (await openChannel()).declareQueue(replicated.name, { arguments: quorum });
    await expect(again).toBeAccepted();
    const unnamed = await queue({ type: 'classic' });
    const { type } = await queues.get(unnamed.name);
    const named = { arguments: { 'x-queue-type': type } };
    await expect((await openChannel()).declareQueue(unnamed.name, named)).toBeAccepted();
  },
);

claim(
  'queues/type-unknown',
  {
    says: 'A queue type that the broker does not know is refused with a channel error 406, and no queue is made.',
    documented: [docs('queues#optional-arguments'), docs('channels#error-handling')],
    extensions: ['queue_types'],
    queueTypes: 'unvaried',
    refutedBy: [mutants.queueArgumentLost('x-queue-type'), mutants.errorCodeChanged(406, 503)],
    tags: ['work queues'],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const unheardOf = await existingQueue(uniqueName('unheard-of'));
    const channel = await openChannel();

    const declaring = channel.declareQueue(unheardOf.name, { arguments: { 'x-queue-type': 'pyramid' } });

    await expect(declaring).toBeRefused(
      channelError(
        406,
        `PRECONDITION_FAILED - invalid arg 'x-queue-type' for queue '${unheardOf.name}'`,
        'queue.declare',
      ),
    );
    expect(await unheardOf.exists(), 'whether unheardOf is there').toBe(false);
  },
);
