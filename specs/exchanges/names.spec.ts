import { claim, expect, mutants, premise, rule, specification } from '#support';

claim(
  'exchanges/name-characters',
  {
    says: 'The name of an exchange may have letters, digits, hyphens, underscores, periods and colons, and each of them counts.',
    documented: [rule('exchange/declare/exchange/syntax')],
    refutedBy: [mutants.colonsInExchangeNamesIgnored],
    tags: ['publish/subscribe'],
  },
  async ({ openChannel, exchange, queue, producer, uniqueName }) => {
    const [channel, sender] = [await openChannel(), await producer()];
    const prefix = uniqueName('Az09');
    const names = [`${prefix}-`, `${prefix}_`, `${prefix}.`, `${prefix}:`];
    const queues = await Promise.all(names.map(async () => await queue()));

    for (const [index, name] of names.entries()) {
      await expect(channel.declareExchange(name, 'fanout', { durable: true })).toBeAccepted();
      await queues[index]?.bindTo(await exchange('fanout', { name, durable: true }));
    }
    for (const name of names) await sender.publish(name, '', `to ${name}`);

    for (const [index, name] of names.entries())
      await expect(queues[index]).toReceive([`to ${name}`], { name });
  },
);

claim(
  'exchanges/type-names',
  {
    says: 'The types of exchanges beyond those of the specification, direct, fanout, topic and headers, have names that begin with x-.',
    documented: [specification('3.1.3.4', 2), specification('3.1.10', 1)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.exchangeTypesUnmarked],
    tags: ['routing and topics'],
    needs: ['management'],
  },
  async ({ management, queue, producer }) => {
    const types = ((await management.overview()).exchange_types ?? []).map(({ name }) => name);

    expect(types, 'the types of exchanges').toEqual(expect.arrayContaining(['direct', 'fanout']));
    const others = types.filter((name) => !['direct', 'fanout', 'headers', 'system', 'topic'].includes(name));
    expect(
      others.filter((name) => !name.startsWith('x-')),
      'the types that are neither of the specification nor begin with x-',
    ).toEqual([]);
    const tasks = await queue({ type: 'classic' });
    await (await producer()).sendToQueue(tasks, 'task');
    await premise(expect(tasks).toReceive(['task']));
  },
);
