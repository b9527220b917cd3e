import {
  claim,
  type Consumer,
  docs,
  expect,
  mutants,
  notQuorum,
  numbered,
  type Stage,
  tutorial,
} from '#support';

claim(
  'tutorials/logs-to-everybody',
  {
    says: 'Two consumers, each with a queue of its own that is bound to a fanout exchange, both receive 1, 2 and 3.',
    documented: [tutorial('three', 'putting-it-all-together'), docs('exchanges#fanout')],
    queueTypes: { quorum: notQuorum.serverNamed },
    refutedBy: [mutants.oneQueuePerKey, mutants.bindingsIgnored],
    tags: ['tutorial three', 'publish/subscribe'],
  },
  async (stage) => {
    const logs = await stage.exchange('fanout');
    const first = await subscriber(stage, 'first', logs.name, ['']);
    const second = await subscriber(stage, 'second', logs.name, ['']);

    await (await stage.producer()).publish(logs, '', numbered(1, 3, 'Hello World!'));

    await expect(first).toReceive(numbered(1, 3, 'Hello World!'));
    await expect(second).toReceive(numbered(1, 3, 'Hello World!'));
  },
);

claim(
  'tutorials/errors-and-infos',
  {
    says: 'Of two consumers of a direct exchange, the one bound with "error" receives what is published as error, and the one bound with "info" what is published as info.',
    documented: [tutorial('four', 'direct-exchange'), tutorial('four', 'putting-it-all-together')],
    queueTypes: { quorum: notQuorum.serverNamed },
    refutedBy: [mutants.exchangeTypeTakenFor('direct', 'fanout'), mutants.bindingKeysIgnored],
    tags: ['tutorial four', 'routing and topics'],
  },
  async (stage) => {
    const logs = await stage.exchange('direct');
    const errors = await subscriber(stage, 'errors', logs.name, ['error']);
    const infos = await subscriber(stage, 'infos', logs.name, ['info']);

    const sender = await stage.producer();
    await sender.publish(logs, 'error', 'an error');
    await sender.publish(logs, 'info', 'an info');

    await expect(errors).toReceive(['an error']);
    await expect(infos).toReceive(['an info']);
  },
);

claim(
  'tutorials/tokyo-and-chiba',
  {
    says: 'With the binding keys jp.lg.tokyo, jp.lg.chiba and jp.lg.# on a topic exchange, what is published to a city reaches the queue of this city and that of jp.lg.#, once each.',
    documented: [tutorial('five', 'topic-exchange'), docs('exchanges#topic')],
    queueTypes: { quorum: notQuorum.serverNamed },
    refutedBy: [
      mutants.exchangeTypeTakenFor('topic', 'direct'),
      mutants.exchangeTypeTakenFor('topic', 'fanout'),
      mutants.deliveriesDuplicated,
    ],
    tags: ['tutorial five', 'routing and topics'],
  },
  async (stage) => {
    const logs = await stage.exchange('topic');
    const tokyo = await subscriber(stage, 'tokyo', logs.name, ['jp.lg.tokyo']);
    const chiba = await subscriber(stage, 'chiba', logs.name, ['jp.lg.chiba']);
    const everywhere = await subscriber(stage, 'everywhere', logs.name, ['jp.lg.#']);

    const sender = await stage.producer();
    await sender.publish(logs, 'jp.lg.chiba', 'to Chiba');
    await sender.publish(logs, 'jp.lg.tokyo', 'to Tokyo');

    await expect(tokyo).toReceive(['to Tokyo']);
    await expect(chiba).toReceive(['to Chiba']);
    await expect(everywhere).toReceive(['to Chiba', 'to Tokyo']);
  },
);

/** As in the tutorials: a queue that the broker names, for this connection alone, bound with each key. */
async function subscriber(
  { client, consumer }: Stage,
  name: string,
  exchange: string,
  keys: string[],
): Promise<Consumer> {
  const channel = await (await client({ name })).channel();
  const { queue } = await channel.declareQueue('', { exclusive: true, durable: false });
  for (const key of keys) await channel.bindQueue(queue, exchange, key);
  return await consumer(queue, { name, on: channel, noAck: true });
}
