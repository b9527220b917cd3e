import { claim, expect, mutants, premise, specification, tutorial } from '#support';

claim(
  'publishing/routing-key-255',
  {
    says: 'A routing key has at most 255 bytes: one of 255 bytes routes, told apart by its last byte, and one of 256 has no encoding.',
    documented: [specification('4.2.5.3'), tutorial('five', 'topic-exchange')],
    queueTypes: { stream: true },
    refutedBy: [mutants.routingKeysCutAt(254)],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/pull/1094',
        affected: { lavinmq: '<2.4.0' },
        happened: 'a routing key of 255 bytes made the broker break down',
        seen: { not: 'No release of that product is at hand' },
      },
    ],
    tags: ['tutorial five', 'routing and topics'],
  },
  async ({ exchange, queue, producer }) => {
    const topics = await exchange('topic');
    const [longest, sibling] = [`jp.${'é'.repeat(125)}.z`, `jp.${'é'.repeat(125)}.y`];
    await premise(() => expect([longest, sibling].map((key) => Buffer.byteLength(key))).toEqual([255, 255]));
    const [matching, other] = [await queue(), await queue()];
    await matching.bindTo(topics, longest);
    await other.bindTo(topics, sibling);
    const sender = await producer();

    await sender.publish(topics, longest, 'arrives');
    await sender.publish(topics, sibling, 'arrives elsewhere');

    await expect(matching).toReceive(['arrives']);
    await expect(other).toReceive(['arrives elsewhere']);
    expect(() => sender.channel.publish(topics.name, `${longest}z`, 'has no encoding')).toThrow(/routingKey/);
  },
);
