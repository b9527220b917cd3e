import { channelError, claim, docs, expect, mutants, rule } from '#support';

claim(
  'exchanges/delete-missing-ok',
  {
    says: 'Deleting an exchange that is not there succeeds, although the specification asks for an error: deleting asserts that the exchange is gone.',
    documented: [
      docs('specification#method-status-exchange.delete'),
      rule('exchange/delete/exchange/exists'),
    ],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.missingDeletionsRefused, mutants.deletionsIgnored],
    tags: ['publish/subscribe'],
  },
  async ({ exchange, openChannel, uniqueName }) => {
    const logs = await exchange('fanout');
    const channel = await openChannel();
    await channel.deleteExchange(logs.name);

    await expect(channel.deleteExchange(logs.name)).toBeAccepted();
    await expect(channel.deleteExchange(uniqueName('never-declared'))).toBeAccepted();

    await expect(channel.declareExchangePassively(logs.name)).toBeRefused(
      channelError(404, `NOT_FOUND - no exchange '${logs.name}'`, 'exchange.declare'),
    );
  },
);

claim(
  'exchanges/delete-predeclared',
  {
    says: 'The predeclared exchanges can’t be deleted: for each amq.* it is a channel error 403, and it stays.',
    documented: [docs('spec-differences#amq-exchange-immutability')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(403, 406)],
    tags: ['publish/subscribe'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, openChannel, management }) => {
    const domain = await ownVirtualHost();
    const predeclared = ['amq.direct', 'amq.fanout', 'amq.headers', 'amq.match', 'amq.topic'];

    for (const name of predeclared) {
      await expect((await openChannel()).deleteExchange(name)).toBeRefused(
        channelError(403, 'ACCESS_REFUSED', 'exchange.delete'),
      );
    }

    expect(await management.in(domain).exchanges.names()).toEqual(expect.arrayContaining(predeclared));
  },
);

claim(
  'exchanges/delete-if-unused',
  {
    says: 'Deleting an exchange only if it is unused is a channel error 406 while a queue is bound to it, and keeps it with its bindings; once the last binding is gone, it is deleted.',
    documented: [rule('exchange/delete/if-unused/in-use'), docs('channels#error-handling')],
    refutedBy: [mutants.ifUnusedIgnored, mutants.deletionsIgnored, mutants.errorCodeChanged(406, 405)],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md',
        affected: { lavinmq: '<1.0.0-alpha.1' },
        happened: 'an exchange was deleted with if-unused although it was in use',
        seen: { by: mutants.ifUnusedIgnored },
      },
    ],
    tags: ['publish/subscribe'],
  },
  async ({ exchange, queue, openChannel, producer }) => {
    const logs = await exchange('fanout');
    const [first, last] = [await queue(), await queue()];
    for (const each of [first, last]) await each.bindTo(logs);
    const inUse = channelError(406, `PRECONDITION_FAILED - exchange '${logs.name}'`, 'exchange.delete');
    const deleteIfUnused = async () =>
      await (await openChannel()).deleteExchange(logs.name, { ifUnused: true });

    await expect(deleteIfUnused()).toBeRefused(inUse);
    await (await producer()).publish(logs, '', 'still bound');
    for (const each of [first, last]) await expect(each).toReceive(['still bound']);
    await first.unbindFrom(logs);
    await expect(deleteIfUnused()).toBeRefused(inUse);
    await last.unbindFrom(logs);

    await expect(deleteIfUnused()).toBeAccepted();
    await expect((await openChannel()).declareExchangePassively(logs.name)).toBeRefused(
      channelError(404, `NOT_FOUND - no exchange '${logs.name}'`, 'exchange.declare'),
    );
  },
);

claim(
  'exchanges/delete-removes-bindings',
  {
    says: 'Deleting an exchange removes its bindings and leaves the queues: a new exchange of the same name has none, and those queues can be bound to it again.',
    documented: [docs('specification#method-status-exchange.delete'), docs('exchanges#what-are-bindings')],
    refutedBy: [mutants.bindingsOutliveTheirEnds, mutants.deletionsIgnored, mutants.bindingsOutliveExchanges],
    tags: ['publish/subscribe'],
  },
  async ({ exchange, queue, openChannel, producer }) => {
    const logs = await exchange('fanout');
    const [screen, file] = [await queue(), await queue()];
    for (const each of [screen, file]) await each.bindTo(logs);
    const sender = await producer();
    await sender.publish(logs, '', 'before');

    await (await openChannel()).deleteExchange(logs.name);
    const again = await exchange('fanout', { name: logs.name });
    await sender.publish(again, '', 'to nobody');
    for (const each of [screen, file]) await expect(each.bindTo(again)).toBeAccepted();
    await sender.publish(again, '', 'after');

    await expect(screen).toReceive(['before', 'after'], { name: 'screen' });
    await expect(file).toReceive(['before', 'after'], { name: 'file' });
  },
);

claim(
  'exchanges/autodelete',
  {
    says: 'An auto-delete exchange goes when its last binding is removed, by unbinding or with the bound queue, and not before; one that was never bound stays.',
    documented: [docs('exchanges#auto-deletion'), docs('spec-differences#undeprecated-features')],
    extensions: ['auto_delete_exchanges'],
    refutedBy: [
      mutants.autoDeleteIgnored,
      mutants.autoDeletedWithFirstUse,
      mutants.autoDeletedWithFirstUnbinding,
    ],
    tags: ['publish/subscribe'],
  },
  async ({ exchange, queue, openChannel, producer }) => {
    const [unbound, deleted, never] = [
      await exchange('direct', { autoDelete: true }),
      await exchange('direct', { autoDelete: true }),
      await exchange('direct', { autoDelete: true }),
    ];
    const [staying, other, leaving] = [await queue(), await queue(), await queue()];
    for (const each of [staying, other]) await each.bindTo(unbound, 'info');
    for (const each of [staying, leaving]) await each.bindTo(deleted, 'info');
    const find = async ({ name }: { name: string }) =>
      await (await openChannel()).declareExchangePassively(name);
    const gone = ({ name }: { name: string }) =>
      channelError(404, `NOT_FOUND - no exchange '${name}'`, 'exchange.declare');
    await expect((await producer()).publish(never, '', 'to nobody')).toBeAccepted();

    await staying.unbindFrom(unbound, 'info');
    await staying.unbindFrom(deleted, 'info');
    await expect(find(unbound)).toBeAccepted();
    await expect(find(deleted)).toBeAccepted();
    await other.unbindFrom(unbound, 'info');
    await leaving.delete();

    await expect(find(unbound)).toBeRefused(gone(unbound));
    await expect(find(deleted)).toBeRefused(gone(deleted));
    await expect(find(never)).toBeAccepted();
  },
);
