import { claim, docs, expect, mutants, numbered, premise, type Stage } from '#support';

claim(
  'shovel-and-federation/federation-exchange',
  {
    says: 'What is published to an exchange arrives at a federated exchange of that name too, as far as a binding there matches it, and over as many links as max-hops says: one, where it says nothing.',
    documented: [
      docs('federated-exchanges#overview'),
      docs('federated-exchanges#details'),
      docs('federated-exchanges#loops'),
    ],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.exchangeTypeTakenFor('direct', 'fanout'),
      mutants.deliveriesSwapped,
      mutants.parameterSettingAssumed('federation-upstream', 'max-hops', 1),
      mutants.parameterSettingAssumed('federation-upstream', 'max-hops', 2),
    ],
    needs: ['cluster', 'management', 'administration', 'policies'],
  },
  async (stage) => {
    const logs = stage.uniqueName('logs');
    const source = await place(stage, logs);
    const middle = await federated(stage, logs, { from: source });
    const far = await federated(stage, logs, { from: middle, 'max-hops': 2 });
    const near = await federated(stage, logs, { from: middle });

    await source.sender.publish(logs, 'info', 'nobody wants this');
    await source.sender.publish(logs, 'error', numbered(1, 10));

    await expect(arrived(middle), 'what arrives over one link').toBecome(numbered(1, 10));
    await middle.sender.publish(logs, 'error', 'from the middle');
    const all = [...numbered(1, 10), 'from the middle'];
    await expect(arrived(far), 'what arrives where two hops are allowed').toBecome(all);
    await expect(arrived(near), 'what arrives where one is').toBecome(['from the middle']);
  },
);

claim(
  'shovel-and-federation/federation-user-id-cleared',
  {
    says: 'A message that came over a federation link has no user-id, unless the upstream is trusted by trust-user-id.',
    documented: [docs('validated-user-id#federation-interactions')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.parameterSettingAssumed('federation-upstream', 'trust-user-id', true),
      mutants.parameterSettingAssumed('federation-upstream', 'trust-user-id', false),
      mutants.propertyLost('user-id'),
    ],
    needs: ['cluster', 'management', 'administration', 'policies'],
  },
  async (stage) => {
    const logs = stage.uniqueName('logs');
    const { username } = stage.broker.description();
    const source = await place(stage, logs);
    const cautious = await federated(stage, logs, { from: source });
    const trusting = await federated(stage, logs, { from: source, 'trust-user-id': true });

    await source.sender.publish(logs, 'error', { body: 'signed', userId: username });
    for (const each of [cautious, trusting])
      await premise(expect(arrived(each), 'what arrives').toBecome(['signed']));

    // Probes have none
    const userIdAt = ({ reader }: Place) =>
      reader.deliveries.find(({ body }) => body === 'signed')?.properties['userId'];
    expect(userIdAt(cautious), 'the user-id over a link that is not trusted').toBe(undefined);
    expect(userIdAt(trusting), 'the user-id over one that is').toBe(username);
  },
);

claim(
  'shovel-and-federation/federation-queue',
  {
    says: 'A federated queue takes messages of the queue of that name upstream, in their order, while it has consumers of its own to give them to; without them it consumes nothing upstream, and they stay there.',
    documented: [docs('federated-queues#overview'), docs('federated-queues#details')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.deliveriesSwapped, mutants.cancellationsIgnored],
    needs: ['cluster', 'management', 'administration', 'policies'],
  },
  async (stage) => {
    const name = stage.uniqueName('tasks');
    const upstream = await stage.ownVirtualHost();
    const source = await stage.queue({ name, type: 'classic' });
    const sender = await stage.producer({ confirms: true, virtualHost: upstream });
    await sender.sendToQueue(source, numbered(1, 5));
    const virtualHost = await stage.ownVirtualHost();
    const tasks = await stage.queue({ name, type: 'classic' });
    await federate(stage, 'queues', tasks, upstream);

    const worker = await stage.consumer(tasks, { name: 'worker', noAck: true, as: { virtualHost } });
    await expect(worker).toReceive(numbered(1, 5));
    await worker.cancel();
    const takers = async () => (await source.counts()).consumers;
    await expect(takers, 'consumers of the queue upstream').toBecome(0);
    await sender.sendToQueue(source, 'stays');

    expect((await source.counts()).ready, 'messages upstream').toBe(1);
    const colleague = await stage.consumer(tasks, { name: 'colleague', noAck: true, as: { virtualHost } });
    await expect(colleague).toReceive(['stays']);
    expect((await source.counts()).ready, 'messages upstream').toBe(0);
  },
);

/** A virtual host with an exchange, and who reads the errors there. */
interface Place {
  virtualHost: string;
  sender: Awaited<ReturnType<Stage['producer']>>;
  reader: Awaited<ReturnType<Stage['consumer']>>;
}

async function place(stage: Stage, logs: string): Promise<Place> {
  const virtualHost = await stage.ownVirtualHost();
  const errors = await stage.queue({ type: 'classic' });
  await errors.bindTo(await stage.exchange('direct', { name: logs }), 'error');
  const sender = await stage.producer({ confirms: true, virtualHost });
  return { virtualHost, sender, reader: await stage.consumer(errors, { noAck: true, as: { virtualHost } }) };
}

/** A place where the exchange is federated; its link is at work already. */
async function federated(
  stage: Stage,
  logs: string,
  { from, ...settings }: { from: Place; [setting: string]: unknown },
): Promise<Place> {
  const downstream = await place(stage, logs);
  await federate(stage, 'exchanges', logs, from.virtualHost, settings);
  const links = async () => {
    await from.sender.publish(logs, 'error', probe);
    return downstream.reader.deliveries.length > 0;
  };
  await premise(expect(links, 'whether the link passes messages on').toBecome(true));
  return downstream;
}

/**
 * Federates by an upstream of its own, since RabbitMQ starts all links anew whose upstream is set. It goes through those
 * of all virtual hosts, and 3.10 answers 500 if one of them is deleted meanwhile, so that it is asked again.
 *
 * @see https://www.rabbitmq.com/docs/federation-reference
 */
async function federate(
  stage: Stage,
  what: 'exchanges' | 'queues',
  named: Parameters<Stage['policy']>[1][number],
  upstream: string,
  settings: Record<string, unknown> = {},
): Promise<void> {
  const virtualHost = await stage.virtualHost();
  const name = encodeURIComponent(virtualHost);
  const uri = `amqp:///${encodeURIComponent(upstream)}`;
  const at = `/parameters/federation-upstream/${name}/${name}`;
  const request = { body: { value: { uri, ...settings } }, accept: [500] };
  const isSet = async () => (await stage.management.http.request('PUT', at, request)).status < 300;
  await premise(expect(isSet, 'whether the upstream is set').toBecome(true));
  await stage.policy(what, [named], { 'federation-upstream': virtualHost });
}

const probe = 'whether there is a link';

/** What has come but the probes. */
function arrived({ reader }: Place) {
  return async () => reader.deliveries.map(({ body }) => body).filter((body) => body !== probe);
}
