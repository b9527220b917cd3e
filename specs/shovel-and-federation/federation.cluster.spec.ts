import { claim, docs, expect, mutants, numbered, premise, type Stage } from '#support';

claim(
  'shovel-and-federation/federation-exchange',
  {
    says: 'What is published to an upstream exchange arrives at the federated exchange of that name too, as far as a binding there matches it.',
    documented: [docs('federated-exchanges#overview'), docs('federated-exchanges#details')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.exchangeTypeTakenFor('direct', 'fanout'), mutants.deliveriesSwapped],
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

/** An exchange in a virtual host, the federated one of the same name in another, and a queue for errors there. */
async function federated(stage: Stage) {
  const upstream = await stage.ownVirtualHost();
  const logs = stage.uniqueName('logs');
  await stage.exchange('direct', { name: logs });
  const sender = await stage.producer({ confirms: true, virtualHost: upstream });
  const downstream = await stage.ownVirtualHost();
  const errors = await stage.queue({ type: 'classic' });
  await errors.bindTo(await stage.exchange('direct', { name: logs }), 'error');
  await stage.management.http.put(
    `/parameters/federation-upstream/${encodeURIComponent(downstream)}/upstream`,
    {
      value: { uri: `amqp:///${encodeURIComponent(upstream)}` },
    },
  );
  await stage.policy('exchanges', [logs], { 'federation-upstream': 'upstream' });
  return { sender, logs, errors };
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
