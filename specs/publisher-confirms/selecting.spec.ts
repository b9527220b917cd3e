import { channelError, claim, docs, expect, mutants, premise } from '#support';

claim(
  'publisher-confirms/select',
  {
    says: 'confirm.select is answered, each time; from the first one on messages are numbered from 1, and a second one does not begin anew.',
    documented: [docs('confirms#publisher-confirms')],
    extensions: ['publisher_confirms'],
    refutedBy: [mutants.confirmModeIgnored, mutants.confirmsNumberedFromZero, mutants.confirmsRenumbered],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/pull/3870',
        affected: { rabbitmq: '<3.10.0' },
        happened:
          'mandatory messages from before confirm.select were counted too, so the first message after it had a number above 1',
        seen: { on: 'rabbitmq 3.8.9' },
      },
    ],
    tags: ['the wire'],
  },
  async ({ raw, queue, uniqueName }) => {
    const tasks = await queue();
    const sender = await raw({ name: 'sender' });
    const publish = (routingKey = tasks.name, mandatory = false) =>
      sender.send('basic.publish', { routingKey, mandatory }, { content: { body: Buffer.from('task') } });
    const confirmed = async () => {
      await publish();
      return (await sender.expect('basic.ack')).arguments;
    };

    await publish();
    await publish(tasks.name, true);
    await publish(uniqueName('nowhere'), true);
    await premise(sender.expect('basic.return'));
    await sender.send('confirm.select');
    await sender.expect('confirm.select-ok');
    const [first, second] = [await confirmed(), await confirmed()];
    await sender.send('confirm.select');
    await sender.expect('confirm.select-ok');
    const third = await confirmed();

    expect(
      [first, second, third].map(({ deliveryTag }) => deliveryTag),
      'the tags of the confirms',
    ).toEqual([1n, 2n, 3n]);
    expect(sender.unread, 'what else the broker said').toEqual([]);
    await premise(async () => expect(await tasks.takeAll()).toHaveLength(5));
  },
);

claim(
  'publisher-confirms/nowait',
  {
    says: 'confirm.select with nowait is not answered, and messages are confirmed all the same.',
    documented: [docs('confirms#publisher-confirms')],
    extensions: ['publisher_confirms'],
    refutedBy: [mutants.nowaitConfirmSelectAnswered, mutants.confirmModeIgnored],
    tags: ['the wire'],
  },
  async ({ raw, queue }) => {
    const tasks = await queue();
    const sender = await raw({ name: 'sender' });

    await sender.send('confirm.select', { noWait: true });
    const content = { body: Buffer.from('task') };
    await sender.send('basic.publish', { routingKey: tasks.name }, { content });

    await sender.expect('basic.ack');
    await premise(async () => expect(await tasks.takeAll()).toHaveLength(1));
  },
);

claim(
  'publisher-confirms/tx-exclusive',
  {
    says: 'A channel is in confirm mode or transactional, never both: to ask one for the other is a channel error 406.',
    documented: [docs('confirms#publisher-confirms')],
    extensions: ['publisher_confirms'],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.errorsSwallowed,
      mutants.errorCodeChanged(406, 404),
      mutants.confirmModeIgnored,
      mutants.transactionsIgnored,
    ],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const [confirming, transactional] = [await raw(), await raw()];
    await confirming.send('confirm.select');
    await premise(confirming.expect('confirm.select-ok'));
    await transactional.send('tx.select');
    await premise(transactional.expect('tx.select-ok'));

    await confirming.send('tx.select');
    await transactional.send('confirm.select');

    await expect(confirming).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'tx.select'));
    await expect(transactional).toBeRefused(channelError(406, 'PRECONDITION_FAILED', 'confirm.select'));
  },
);
