import { randomBytes } from 'node:crypto';
import { claim, docs, expect, mutants, specification, tutorial } from '#support';

claim(
  'publishing/body-untouched',
  {
    says: 'A body is opaque to the broker and arrives byte for byte: all 256 byte values, invalid UTF-8, and a megabyte.',
    documented: [
      specification('3.1.1', 1),
      docs('publishers#message-properties'),
      tutorial('one', 'introduction'),
    ],
    queueTypes: { stream: true },
    refutedBy: [mutants.bodiesTakenForText, mutants.bodiesEndAtZero, mutants.bodiesCutAt(1024 * 1024 - 1)],
    regressions: [
      {
        report: 'https://github.com/cloudamqp/lavinmq/blob/main/CHANGELOG.md#0913---2020-03-24',
        affected: { lavinmq: '<0.9.13' },
        happened: 'bodies larger than a frame were not written correctly',
        seen: { by: mutants.bodiesCutAt(1024 * 1024 - 1) },
      },
    ],
    tags: ['tutorial one', 'hello world'],
  },
  async ({ queue, producer }) => {
    const hello = await queue();
    const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const invalidUtf8 = Buffer.from([0xc3, 0x28, 0xff, 0xfe, 0x00, 0xed, 0xa0, 0x80]);
    const megabyte = randomBytes(1024 * 1024);

    await (await producer()).sendToQueue(hello, [everyByte, invalidUtf8, megabyte]);

    await expect(hello).toReceive([everyByte, invalidUtf8, megabyte]);
  },
);

claim(
  'publishing/zero-length',
  {
    says: 'A message with an empty body is a message like any other: it is queued, delivered and acknowledged.',
    documented: [specification('2.3.5.2', 1)],
    refutedBy: [mutants.emptyBodiesLost, mutants.acksIgnored],
    tags: ['tutorial one', 'hello world'],
    needs: ['management'],
  },
  async ({ queue, producer, consumer }) => {
    const hello = await queue();
    const sender = await producer();

    await sender.sendToQueue(hello, [{ body: '', messageId: 'empty' }, 'Hello World!']);
    await expect(hello).toHaveCounters({ ready: 2, unacknowledged: 0 });
    const receiver = await consumer(hello);

    await expect(receiver).toReceive([
      { body: Buffer.alloc(0), properties: { messageId: 'empty' } },
      { body: 'Hello World!' },
    ]);
    receiver.ack(await receiver.next());
    await expect(hello).toHaveCounters({ ready: 0, unacknowledged: 1 });
  },
);
