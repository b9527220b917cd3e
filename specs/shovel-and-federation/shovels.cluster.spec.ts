import { claim, docs, expect, mutants, numbered, premise, type Stage } from '#support';

claim(
  'shovel-and-federation/shovel-dynamic-move',
  {
    says: 'A dynamic shovel moves the messages of one queue to another, all of them, in order and with their properties, whether it acknowledges them when they are confirmed, when they are published, or not at all.',
    documented: [docs('shovel-dynamic#amqp091-reference'), docs('shovel#what-it-does')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.publishLost(7), mutants.deliveriesSwapped, mutants.propertyLost('correlation-id')],
    needs: ['cluster', 'management', 'administration'],
  },
  async (stage) => {
    const virtualHost = await stage.ownVirtualHost();
    const sender = await stage.producer({ confirms: true, virtualHost });
    for (const mode of ['on-confirm', 'on-publish', 'no-ack']) {
      const [from, to] = [await stage.queue({ type: 'classic' }), await stage.queue({ type: 'classic' })];
      await premise(
        sender.sendToQueue(
          from,
          numbered(1, 20).map((body) => ({ body, correlationId: `${mode} ${body}` })),
        ),
      );

      await shovel(stage, { 'src-queue': from.name, 'dest-queue': to.name, 'ack-mode': mode });

      await expect(to).toReceive(
        numbered(1, 20).map((body) => ({ body, properties: { correlationId: `${mode} ${body}` } })),
      );
      await expect(from).toHaveCounters({ ready: 0 });
    }
  },
);

claim(
  'shovel-and-federation/shovel-delete-after',
  {
    says: 'A shovel with src-delete-after queue-length moves what is in its queue when it starts, and one with a number so many messages; then it is gone, and what is published later stays where it is.',
    documented: [docs('shovel-dynamic#amqp091-reference')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.publishLost(3), mutants.publishedTwice],
    needs: ['cluster', 'ctl', 'management', 'administration'],
  },
  async (stage) => {
    const virtualHost = await stage.ownVirtualHost();
    const sender = await stage.producer({ confirms: true, virtualHost });
    for (const { after, published, moved } of [
      { after: 'queue-length', published: 5, moved: 5 },
      { after: 3, published: 5, moved: 3 },
    ] as const) {
      const [from, to] = [await stage.queue({ type: 'classic' }), await stage.queue({ type: 'classic' })];
      await premise(sender.sendToQueue(from, numbered(1, published)));

      await shovel(stage, { 'src-queue': from.name, 'dest-queue': to.name, 'src-delete-after': after });

      const listing = ['list_parameters', '-p', virtualHost, '--silent', '--formatter', 'json'];
      const shovels = async () => JSON.parse(await stage.cluster.control('a', ...listing)) as unknown;
      await expect(shovels, 'the shovels that are left').toBecome([]);
      await premise(sender.sendToQueue(from, 'later'));
      await expect(to).toReceive(numbered(1, moved));
      await expect(from).toReceive([...numbered(moved + 1, published), 'later']);
    }
  },
);

claim(
  'shovel-and-federation/shovel-forward-headers',
  {
    says: 'A shovel with dest-add-forward-headers tells in the header x-shovelled of each message by which shovel it came; with dest-add-timestamp-header it tells when, in x-shovelled-timestamp; by default it adds neither.',
    documented: [docs('shovel-dynamic#amqp091-reference')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.headerLost('x-shovelled'), mutants.headerLost('x-shovelled-timestamp')],
    needs: ['cluster', 'management', 'administration'],
  },
  async (stage) => {
    const virtualHost = await stage.ownVirtualHost();
    const sender = await stage.producer({ confirms: true, virtualHost });
    const arrived = async (settings: Record<string, unknown>) => {
      const [from, to] = [await stage.queue({ type: 'classic' }), await stage.queue({ type: 'classic' })];
      await premise(sender.sendToQueue(from, 'tells'));
      const name = await shovel(stage, { 'src-queue': from.name, 'dest-queue': to.name, ...settings });
      const consumer = await stage.consumer(to, { noAck: true, as: { virtualHost } });
      return { name, headers: (await premise(consumer.next())).headers };
    };

    const plain = await arrived({});
    expect(Object.keys(plain.headers), 'the headers by default').toEqual([]);
    const told = await arrived({ 'dest-add-forward-headers': true, 'dest-add-timestamp-header': true });
    expect(told.headers, 'the headers').toMatchObject({
      'x-shovelled': [{ 'shovel-type': 'dynamic', 'shovel-name': told.name }],
      'x-shovelled-timestamp': expect.any(Number) as number,
    });
  },
);

/**
 * Makes a shovel within the spec's virtual host.
 *
 * @returns its name
 * @see https://www.rabbitmq.com/docs/shovel-dynamic
 */
async function shovel(stage: Stage, settings: Record<string, unknown>): Promise<string> {
  const [virtualHost, name] = [await stage.virtualHost(), stage.uniqueName('shovel')];
  const uri = `amqp:///${encodeURIComponent(virtualHost)}`;
  const definition = {
    'src-protocol': 'amqp091',
    'src-uri': uri,
    'dest-protocol': 'amqp091',
    'dest-uri': uri,
    ...settings,
  };
  await stage.management.http.put(`/parameters/shovel/${encodeURIComponent(virtualHost)}/${name}`, {
    value: definition,
  });
  return name;
}
