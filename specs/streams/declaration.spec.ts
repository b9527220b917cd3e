import { channelError, claim, docs, expect, mutants, notClassic, notQuorum, releaseNotes } from '#support';

claim(
  'streams/declare-props',
  {
    says: 'A stream is declared with x-queue-type stream, durable and with a name that the client gives: one that is to be exclusive, auto-delete or named by the broker is refused with a channel error 406.',
    documented: [docs('streams#declaring'), docs('streams#exclusivity'), docs('queues#optional-arguments')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [
      mutants.queueArgumentLost('x-queue-type'),
      mutants.exclusiveIgnored,
      mutants.autoDeleteIgnored,
      mutants.serverNamesUnmarked,
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(406, 405),
      mutants.channelErrorsBreakTheConnection,
    ],
    needs: ['management'],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/5487',
        affected: { rabbitmq: '<3.9.23 || >=3.10.0 <3.10.8' },
        happened: 'declaring a stream with arguments that are none ran into an exception instead of a 406',
        seen: { not: 'No release at hand has it.' },
      },
    ],
  },
  async ({ queue, openChannel, existingQueue, uniqueName, management, virtualHost }) => {
    const refused = channelError(406, 'PRECONDITION_FAILED', 'queue.declare');

    const log = await queue();
    const declared = (await openChannel()).declareQueue(log.name);
    await expect(declared).toBeAccepted();
    const told = await management.in(await virtualHost()).queues.get(log.name);
    expect(told, 'the stream, as the management API tells').toMatchObject({ type: 'stream', durable: true });

    for (const flag of ['exclusive', 'autoDelete'] as const) {
      const name = uniqueName(flag);
      await expect((await openChannel()).declareQueue(name, { [flag]: true }), flag).toBeRefused(refused);
      expect(await (await existingQueue(name)).exists(), `whether there is a stream: ${flag}`).toBe(false);
    }
    await expect((await openChannel()).declareQueue(''), 'without a name').toBeRefused(refused);
  },
);

claim(
  'streams/transient-refused',
  {
    says: 'Up to 4.2, a stream that is not to be durable is refused with a channel error 406.',
    documented: [docs('streams#non-durable-queues'), docs('queues#durability')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    // From then on it is refused as all queues are that are neither durable nor exclusive
    appliesTo: { rabbitmq: '>=3.9 <4.3' },
    refutedBy: [
      mutants.queueArgumentLost('x-queue-type'),
      mutants.transientQueuesKept,
      mutants.errorCodeChanged(406, 405),
    ],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const name = uniqueName('transient');

    const declared = (await openChannel()).declareQueue(name, { durable: false });

    await expect(declared).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'queue.declare'));
    expect(await (await existingQueue(name)).exists(), 'whether there is a stream').toBe(false);
  },
);

claim(
  'streams/no-ttl-prio-dlx',
  {
    says: 'What streams do not have is refused with a channel error 406 when one is declared with it: a message TTL, a lease, a maximum length or what to do beyond it, priorities, dead-lettering, a single active consumer, a delivery limit.',
    documented: [docs('streams#feature-matrix'), docs('consumers#single-active-consumer')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.10' },
    refutedBy: [
      mutants.queueArgumentLost('x-queue-type'),
      mutants.queueArgumentLost('x-message-ttl'),
      mutants.queueArgumentLost('x-expires'),
      mutants.queueArgumentLost('x-max-priority'),
      mutants.queueArgumentLost('x-dead-letter-exchange'),
      mutants.queueArgumentLost('x-single-active-consumer'),
      mutants.errorCodeChanged(406, 405),
    ],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const foreign = {
      'x-message-ttl': 60_000,
      'x-expires': 60_000,
      'x-max-length': 10,
      'x-overflow': 'reject-publish',
      'x-max-priority': 5,
      // The default exchange, which is there
      'x-dead-letter-exchange': '',
      'x-single-active-consumer': true,
      'x-delivery-limit': 5,
    };

    for (const [argument, value] of Object.entries(foreign)) {
      const name = uniqueName(argument);
      const declared = (await openChannel()).declareQueue(name, { arguments: { [argument]: value } });
      await expect(declared, argument).toBeRefused(
        channelError(
          406,
          `PRECONDITION_FAILED - invalid arg '${argument}' for queue '${name}'`,
          'queue.declare',
        ),
      );
      expect(await (await existingQueue(name)).exists(), `whether there is a stream: ${argument}`).toBe(
        false,
      );
    }
  },
);

claim(
  'streams/max-age-invalid',
  {
    says: 'The maximum age of a stream is a whole number and a unit, one of Y, M, D, h, m and s; anything else is a channel error 406, and there is no stream.',
    documented: [docs('streams#retention'), docs('channels#error-handling')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [
      mutants.queueArgumentLost('x-max-age'),
      mutants.errorCodeChanged(406, 405),
      mutants.channelErrorsBreakTheConnection,
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/16285',
        affected: { rabbitmq: '>=3.9.0 <4.2.7 || 4.3.0' },
        happened: 'a maximum age without digits in front ended the whole connection with 541',
        seen: { on: 'rabbitmq 4.0.5' },
      },
    ],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const declare = async (name: string, age: unknown) =>
      await (await openChannel()).declareQueue(name, { arguments: { 'x-max-age': age } });

    for (const unit of ['Y', 'M', 'D', 'h', 'm', 's'])
      await expect(declare(uniqueName(unit), `7${unit}`), unit).toBeAccepted();

    for (const wrong of ['7', '7Z', 'D', '-1h', '', '1h30m', '1 h', 60]) {
      const name = uniqueName('wrong');
      await expect(declare(name, wrong), `an age of ${JSON.stringify(wrong)}`).toBeRefused(
        channelError(
          406,
          `PRECONDITION_FAILED - invalid arg 'x-max-age' for queue '${name}'`,
          'queue.declare',
        ),
      );
      expect(await (await existingQueue(name)).exists(), 'whether there is a stream').toBe(false);
    }
  },
);

claim(
  'streams/segment-size',
  {
    says: 'A segment of a stream may have up to 3,000,000,000 bytes; a stream with larger ones is refused with a channel error 406.',
    documented: [docs('streams#declaring'), releaseNotes('3.10.6')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.9' },
    refutedBy: [
      mutants.queueArgumentLost('x-stream-max-segment-size-bytes'),
      mutants.queueArgumentOff('x-stream-max-segment-size-bytes', 1),
      mutants.queueArgumentOff('x-stream-max-segment-size-bytes', -1),
      mutants.errorCodeChanged(406, 405),
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/5020',
        affected: { rabbitmq: '>=3.9.0 <3.9.21 || >=3.10.0 <3.10.6' },
        happened: 'a stream could have segments so large that positions in them overflowed',
        seen: { by: mutants.queueArgumentLost('x-stream-max-segment-size-bytes') },
      },
    ],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const most = 3_000_000_000;
    const [largest, larger] = [uniqueName('largest'), uniqueName('larger')];
    const declare = async (name: string, size: number) =>
      await (
        await openChannel()
      ).declareQueue(name, { arguments: { 'x-stream-max-segment-size-bytes': size } });

    await expect(declare(largest, most)).toBeAccepted();
    await expect(declare(larger, most + 1)).toBeRefused(
      channelError(406, /x-stream-max-segment-size-bytes/, 'queue.declare'),
    );
    expect(await (await existingQueue(larger)).exists(), 'whether there is a stream').toBe(false);
  },
);

claim(
  'streams/filter-size',
  {
    says: 'From 3.13 on, the filter of a stream has between 16 and 255 bytes; a stream with another is refused with a channel error 406.',
    documented: [docs('streams#declaring')],
    queueTypes: { classic: notClassic.streams, quorum: notQuorum.streams, stream: true },
    appliesTo: { rabbitmq: '>=3.13' },
    refutedBy: [
      mutants.queueArgumentLost('x-stream-filter-size-bytes'),
      mutants.queueArgumentOff('x-stream-filter-size-bytes', 1),
      mutants.queueArgumentOff('x-stream-filter-size-bytes', -1),
      mutants.errorCodeChanged(406, 405),
    ],
  },
  async ({ openChannel, existingQueue, uniqueName }) => {
    const declare = async (name: string, size: unknown) =>
      await (await openChannel()).declareQueue(name, { arguments: { 'x-stream-filter-size-bytes': size } });

    for (const size of [16, 255]) await expect(declare(uniqueName('right'), size), `${size}`).toBeAccepted();

    for (const size of [15, 256, 'large']) {
      const name = uniqueName('wrong');
      await expect(declare(name, size), `${size}`).toBeRefused(
        channelError(406, /x-stream-filter-size-bytes/, 'queue.declare'),
      );
      expect(await (await existingQueue(name)).exists(), `whether there is a stream: ${size}`).toBe(false);
    }
  },
);
