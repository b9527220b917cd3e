import { channelError, claim, docs, expect, mutants } from '#support';

claim(
  'routing/sender-selected-routes',
  {
    says: 'The keys in the headers CC and BCC route a message besides its routing key, as queue names on the default exchange and by the bindings on others; a queue that several of them reach gets one copy.',
    documented: [docs('sender-selected')],
    extensions: ['sender_selected_distribution'],
    queueTypes: { stream: true },
    refutedBy: [mutants.headerIgnored('CC'), mutants.headerIgnored('BCC'), mutants.deliveriesDuplicated],
    tags: ['routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const [to, copy, blind, other] = [await queue(), await queue(), await queue(), await queue()];
    const logs = await exchange('topic');
    for (const key of ['error', 'info', 'debug']) await copy.bindTo(logs, key);
    await blind.bindTo(logs, 'debug');
    await other.bindTo(logs, 'warning');
    const sender = await producer();

    await sender.sendToQueue(to, { body: 'by name', CC: [copy.name, copy.name, to.name], BCC: [blind.name] });
    await sender.publish(logs, 'error', { body: 'by key', CC: ['info'], BCC: ['debug', 'critical'] });
    await sender.publish(logs, 'critical', { body: 'by CC alone', CC: ['warning'] });

    await expect(to).toReceive(['by name'], { name: 'to' });
    await expect(copy).toReceive(['by name', 'by key'], { name: 'copy', inAnyOrder: true });
    await expect(blind).toReceive(['by name', 'by key'], { name: 'blind', inAnyOrder: true });
    await expect(other).toReceive(['by CC alone'], { name: 'other' });
  },
);

claim(
  'routing/sender-selected-bcc-removed',
  {
    says: 'Every recipient sees the header CC as it was sent, and nobody sees BCC.',
    documented: [docs('sender-selected')],
    extensions: ['sender_selected_distribution'],
    refutedBy: [mutants.blindCopiesShown, mutants.headerLost('CC')],
    tags: ['routing and topics'],
  },
  async ({ queue, producer }) => {
    const [to, copy, blind] = [await queue(), await queue(), await queue()];

    await (await producer()).sendToQueue(to, { body: 'news', CC: [copy.name], BCC: [blind.name] });

    const seen = { body: 'news', headers: { CC: [copy.name], BCC: undefined } };
    await expect(to).toReceive([seen], { name: 'to' });
    await expect(copy).toReceive([seen], { name: 'copy' });
    await expect(blind).toReceive([seen], { name: 'blind' });
  },
);

claim(
  'routing/sender-selected-type-check',
  {
    says: 'A CC or BCC that is no array is a channel error 406, and the message reaches nobody.',
    documented: [docs('sender-selected')],
    extensions: ['sender_selected_distribution'],
    refutedBy: [mutants.errorsSwallowed, mutants.errorCodeChanged(406, 404), mutants.headerIgnored('BCC')],
    tags: ['routing and topics'],
  },
  async ({ queue, producer }) => {
    const [to, copy] = [await queue(), await queue()];
    const [careless, secretive] = [await producer(), await producer()];

    await expect(careless.sendToQueue(to, { body: 'to both', headers: { CC: copy.name } })).toBeRefused(
      channelError(406, 'PRECONDITION_FAILED'),
    );
    await expect(secretive.sendToQueue(to, { body: 'to both', headers: { BCC: 7 } })).toBeRefused(
      channelError(406, 'PRECONDITION_FAILED'),
    );

    const sender = await producer();
    for (const each of [to, copy]) await sender.sendToQueue(each, 'afterwards');
    await expect(to).toReceive(['afterwards'], { name: 'to' });
    await expect(copy).toReceive(['afterwards'], { name: 'copy' });
  },
);
