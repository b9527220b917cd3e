import { claim, docs, expect, mutants, numbered, premise, type Stage } from '#support';

claim(
  'shovel-and-federation/federation-exchange',
  {
    says: 'What is published to an upstream exchange arrives at the federated exchange of that name too, as far as a binding there matches it.',
    documented: [docs('federated-exchanges#overview'), docs('federated-exchanges#details')],
    queueTypes: 'unvaried',
    refutedBy: [
      mutants.bindingKeysIgnored,
      mutants.publishLost(7),
      mutants.exchangeTypeTakenFor('direct', 'fanout'),
    ],
    needs: ['cluster', 'management', 'administration', 'policies'],
  },
  async (stage) => {
    const { sender, logs, errors } = await federated(stage);
    const reader = await stage.consumer(errors, { noAck: true });
    await untilLinked(() => sender.publish(logs, 'error', 'linked'), reader);

    await sender.publish(logs, 'info', 'nobody wants this');
    await sender.publish(logs, 'error', numbered(1, 10));

    await expect(bodies(reader)).toBecome(numbered(1, 10));
  },
);

claim(
  'shovel-and-federation/federation-queue',
  {
    says: 'A federated queue takes messages from the upstream queue of that name when it has consumers that want some, and none before that.',
    documented: [docs('federated-queues#overview'), docs('federated-queues#details')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.publishLost(7), mutants.deliveryLost(7)],
    needs: ['cluster', 'management', 'administration', 'policies'],
  },
  async (stage) => {
    const upstream = await stage.ownVirtualHost();
    const tasks = await stage.queue({ type: 'classic', name: stage.uniqueName('tasks') });
    const sender = await stage.producer({ confirms: true, virtualHost: upstream });
    await stage.ownVirtualHost();
    const federated = await stage.queue({ type: 'classic', name: tasks.name });
    await linkTo(upstream, stage);
    await stage.policy('queues', [federated], { 'federation-upstream': 'upstream' });

    await premise(sender.sendToQueue(tasks, numbered(1, 10)));
    await expect(federated).toHaveCounters({ ready: 0 });
    await expect(tasks).toHaveCounters({ ready: 10 });
    const worker = await stage.consumer(federated, { noAck: true });

    await expect(worker).toReceive(numbered(1, 10), { inAnyOrder: true });
  },
);

/** An exchange in a virtual host, the federated one of the same name in another, and a queue for errors there. */
async function federated(stage: Stage) {
  const upstream = await stage.ownVirtualHost();
  const logs = stage.uniqueName('logs');
  await stage.exchange('direct', { name: logs });
  const sender = await stage.producer({ confirms: true, virtualHost: upstream });
  await stage.ownVirtualHost();
  const errors = await stage.queue({ type: 'classic' });
  await errors.bindTo(await stage.exchange('direct', { name: logs }), 'error');
  await linkTo(upstream, stage);
  await stage.policy('exchanges', [logs], { 'federation-upstream': 'upstream' });
  return { sender, logs, errors };
}

/** Makes a virtual host the upstream of the spec's own one. */
async function linkTo(upstream: string, stage: Stage): Promise<void> {
  const definition = { uri: `amqp:///${encodeURIComponent(upstream)}` };
  const virtualHost = encodeURIComponent(await stage.virtualHost());
  await stage.management.http.put(`/parameters/federation-upstream/${virtualHost}/upstream`, {
    value: definition,
  });
}

type Reader = Awaited<ReturnType<Stage['consumer']>>;

/** Publishes until something comes through. */
async function untilLinked(publish: () => Promise<unknown>, { deliveries }: Reader): Promise<void> {
  await premise(
    expect(async () => {
      await publish();
      return deliveries.length > 0;
    }, 'whether the link passes messages on').toBecome(true),
  );
}

/** What has come but what was published to see whether there is a link. */
function bodies({ deliveries }: Reader) {
  return async () => deliveries.map(({ body }) => body).filter((body) => body !== 'linked');
}
