import { channelError, claim, docs, expect, mutants } from '#support';

claim(
  'quorum-queues/relaxed-redeclare',
  {
    says: 'With relaxed checks on redeclaration, a quorum queue may be declared again as a classic one, and stays a quorum queue; a difference in anything else is a channel error 406 as ever.',
    documented: [
      docs('quorum-queues#relaxed-property-equivalence'),
      docs('vhosts#migration-to-quorum-queues-a-way-to-relax-queue-property-equivalence-checks'),
    ],
    // Released with 3.11.16 and 3.12.0
    appliesTo: { rabbitmq: '>=3.11.16' },
    extensions: ['queue_types', 'quorum_queues'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.argumentsComparedByOctets,
      mutants.queueArgumentLost('x-max-length'),
      mutants.errorCodeChanged(406, 405),
    ],
    needs: ['ctl', 'management'],
  },
  async ({ queue, openChannel, broker, management, virtualHost }) => {
    const bounded = { 'x-max-length': 5 };
    const orders = await queue({ arguments: { 'x-queue-type': 'quorum', ...bounded } });
    const again = async (args: Record<string, unknown>) =>
      await (await openChannel()).declareQueue(orders.name, { arguments: args });

    await broker.whileSet('quorum_relaxed_checks_on_redeclaration', 'true', async () => {
      await expect(again({ 'x-queue-type': 'classic', ...bounded })).toBeAccepted();
      await expect(again({ 'x-queue-type': 'classic', 'x-max-length': 6 })).toBeRefused(
        channelError(
          406,
          `PRECONDITION_FAILED - inequivalent arg 'x-max-length' for queue '${orders.name}'`,
          'queue.declare',
        ),
      );
    });

    const { type } = await management.in(await virtualHost()).queues.get(orders.name);
    expect(type, 'the type of the queue').toBe('quorum');
  },
);
