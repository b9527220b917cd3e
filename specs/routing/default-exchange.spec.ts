import { claim, docs, expect, mutants, rule, specification, tutorial } from '#support';

claim(
  'routing/binding-default-routing',
  {
    says: 'Each queue is bound to the default exchange under its own name: a message with that name as routing key reaches it, and no other queue.',
    documented: [
      docs('exchanges#default-exchange'),
      rule('queue/declare/default-binding'),
      tutorial('one', 'sending'),
      rule('basic/publish/exchange/default-exchange'),
      specification('3.1.3.1', 1),
    ],
    refutedBy: [mutants.publishLost(1), mutants.defaultExchangeKeyStuck],
    tags: ['tutorial one', 'tutorial three', 'hello world'],
  },
  async ({ queue, producer }) => {
    const [hello, other, temporary] = [
      await queue(),
      await queue({ type: 'classic', durable: false, exclusive: true }),
      await queue({ type: 'classic', name: '', durable: false, exclusive: true }),
    ];
    const sender = await producer();

    await sender.publish('', hello.name, 'Hello World!');
    await sender.publish('', other.name, 'Hello other!');
    await sender.publish('', temporary.name, 'Hello temporary!');

    await expect(hello).toReceive(['Hello World!'], { name: 'hello' });
    await expect(other).toReceive(['Hello other!'], { name: 'other' });
    await expect(temporary).toReceive(['Hello temporary!'], { name: 'temporary' });
  },
);
