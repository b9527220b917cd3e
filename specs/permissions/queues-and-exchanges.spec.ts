import { channelError, claim, docs, expect, mutants, premise } from '#support';

const lenientOrMisleading = [
  mutants.accessChecksPassedBy,
  mutants.errorCodeChanged(403, 405),
  mutants.channelErrorsBreakTheConnection,
];

claim(
  'permissions/declare-configure',
  {
    says: 'Declaring or deleting a queue or an exchange needs configure on its name: alice, who has it, may, and bob, who may only read, is refused with a channel error 403.',
    documented: [docs('access-control#authorisation'), docs('channels#error-handling')],
    refutedBy: lenientOrMisleading,
    tags: ['access and security'],
    needs: ['administration'],
  },
  async ({ ownVirtualHost, user, client, existingQueue }) => {
    const domain = await ownVirtualHost();
    const alice = await user({ configure: '^(hello|logs)$', write: '.*', read: '.*' });
    const bob = await user({ configure: '', write: '', read: '.*' });
    const clientOfAlice = await client({ name: 'alice', ...alice });
    const [ofAlice, another] = [await clientOfAlice.channel(), await clientOfAlice.channel()];
    const ofBob = await client({ name: 'bob', ...bob });
    const refused = (what: string, method: string) => accessRefused(bob, what, domain, method);

    await expect(ofAlice.declareQueue('hello')).toBeAccepted();
    await expect(ofAlice.declareExchange('logs', 'fanout')).toBeAccepted();
    await expect(another.declareQueue('goodbye')).toBeRefused(
      accessRefused(alice, `queue 'goodbye'`, domain, 'queue.declare'),
    );

    await expect((await ofBob.channel()).declareQueue('his-own')).toBeRefused(
      refused(`queue 'his-own'`, 'queue.declare'),
    );
    await expect((await ofBob.channel()).declareQueue('hello')).toBeRefused(
      refused(`queue 'hello'`, 'queue.declare'),
    );
    await expect((await ofBob.channel()).deleteQueue('hello')).toBeRefused(
      refused(`queue 'hello'`, 'queue.delete'),
    );
    await expect((await ofBob.channel()).declareExchange('events', 'fanout')).toBeRefused(
      refused(`exchange 'events'`, 'exchange.declare'),
    );
    await expect((await ofBob.channel()).deleteExchange('logs')).toBeRefused(
      refused(`exchange 'logs'`, 'exchange.delete'),
    );
    await expect(ofAlice.deleteQueue('hello')).toBeAccepted();
    await expect(ofAlice.deleteExchange('logs')).toBeAccepted();
    expect(await (await existingQueue('his-own')).exists(), 'whether his-own is there').toBe(false);
  },
);

claim(
  'permissions/http-delete',
  {
    says: 'A user of the management API who has no permission to configure a queue can not delete it there: that is refused, and the queue stays.',
    documented: [docs('management#permissions'), docs('access-control#authorisation')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.managementDeletionsUnchecked, mutants.managementDeletionsIgnored],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/10074',
        affected: { rabbitmq: '>=3.11.24 <3.11.28 || >=3.12.7 <3.12.11' },
        happened: 'a user of the management API who may only read could delete every queue by it',
        seen: { by: mutants.managementDeletionsUnchecked },
      },
    ],
    tags: ['access and security'],
    needs: ['management', 'administration'],
  },
  async ({ ownVirtualHost, user, queue, broker, management }) => {
    const domain = await ownVirtualHost();
    const bob = await user({ configure: '', write: '', read: '.*' });
    await management.users.put(bob.username, { password: bob.password, tags: ['management'] });
    const hello = await queue({ type: 'classic' });
    const at = `${broker.description().managementUrl}/api/queues/${encodeURIComponent(domain)}/${hello.name}`;
    const authorization = `Basic ${btoa(`${bob.username}:${bob.password}`)}`;
    const asked = async (method: string) => (await fetch(at, { method, headers: { authorization } })).status;
    await premise(async () => expect(await asked('GET'), 'the status of GET').toBe(200));

    expect(await asked('DELETE'), 'the status of DELETE').toBeGreaterThanOrEqual(400);

    expect(await hello.exists(), 'whether hello is there').toBe(true);
  },
);

claim(
  'permissions/publish-write',
  {
    says: 'Publishing needs write on the exchange, where the default one counts as amq.default: alice publishes, and bob, who may only read, is refused with a channel error 403.',
    documented: [
      docs('access-control#authorisation'),
      docs('channels#error-handling'),
      docs('publishers#authentication-and-authorisation'),
    ],
    refutedBy: lenientOrMisleading,
    tags: ['access and security'],
    needs: ['administration'],
  },
  async ({ ownVirtualHost, user, queue, exchange, client, producer }) => {
    const domain = await ownVirtualHost();
    const alice = await user({ configure: '.*', write: '.*', read: '.*' });
    const bob = await user({ configure: '', write: '', read: '.*' });
    const [hello, logs] = [await queue(), await exchange('fanout')];
    await hello.bindTo(logs);
    const ofAlice = await producer({ name: 'alice', ...alice });
    const ofBob = await client({ name: 'bob', ...bob });
    const [first, second] = [await ofBob.channel(), await ofBob.channel()];
    const refused = (name: string) => accessRefused(bob, `exchange '${name}'`, domain, 'basic.publish');

    first.publish('', hello.name, 'from bob');
    await expect(first).toBeRefused(refused('amq.default'));
    second.publish(logs.name, '', 'from bob');
    await expect(second).toBeRefused(refused(logs.name));
    await expect(ofAlice.sendToQueue(hello, '1 from alice')).toBeAccepted();
    await expect(ofAlice.publish(logs, '', '2 from alice')).toBeAccepted();

    await expect(hello).toReceive(['1 from alice', '2 from alice'], { inAnyOrder: true });
  },
);

claim(
  'permissions/read-ops',
  {
    says: 'Consuming, getting and purging need read on the queue: bob, who may only read, may do all three, and carol, who may do all but read, is refused with a channel error 403.',
    documented: [docs('access-control#authorisation'), docs('channels#error-handling')],
    refutedBy: [...lenientOrMisleading, mutants.purgesIgnored],
    tags: ['access and security'],
    needs: ['administration'],
  },
  async ({ ownVirtualHost, user, queue, client, consumer, producer }) => {
    const domain = await ownVirtualHost();
    const bob = await user({ configure: '', write: '', read: '.*' });
    const carol = await user({ configure: '.*', write: '.*', read: '' });
    const hello = await queue();
    await (await producer()).sendToQueue(hello, ['1', '2', '3']);
    const ofBob = await (await client({ name: 'bob', ...bob })).channel();
    const ofCarol = await client({ name: 'carol', ...carol });
    const refused = (method: string) => accessRefused(carol, `queue '${hello.name}'`, domain, method);

    await expect((await ofCarol.channel()).consume(hello.name)).toBeRefused(refused('basic.consume'));
    await expect((await ofCarol.channel()).get(hello.name)).toBeRefused(refused('basic.get'));
    await expect((await ofCarol.channel()).purgeQueue(hello.name)).toBeRefused(refused('queue.purge'));

    const got = ofBob.get(hello.name, { noAck: true });
    await expect(got).toBeAccepted();
    expect((await got)?.body, 'the body that he got').toBe('1');
    const receiver = consumer(hello, { name: 'bob, consuming', on: ofBob });
    await expect(receiver).toBeAccepted();
    await expect(await receiver).toReceive(['2', '3']);
    await expect(ofBob.purgeQueue(hello.name)).toBeAccepted();
  },
);

function accessRefused({ username }: { username: string }, what: string, domain: string, method: string) {
  return channelError(403, `access to ${what} in vhost '${domain}' refused for user '${username}'`, method);
}
