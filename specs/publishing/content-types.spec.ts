import { gzipSync } from 'node:zlib';
import { claim, docs, expect, mutants } from '#support';

claim(
  'publishing/types-unused',
  {
    says: 'The broker neither checks nor uses the type of a message, its content type and its content encoding: any text will do, and they and the body arrive as they were sent.',
    documented: [
      docs('publishers#message-types'),
      docs('publishers#content-type-and-encoding'),
      docs('consumers#message-types'),
      docs('consumers#content-type-and-encoding'),
    ],
    refutedBy: [
      mutants.propertyLost('type'),
      mutants.propertyLost('content-type'),
      mutants.propertyLost('content-encoding'),
      mutants.compressedBodiesUnpacked,
    ],
  },
  async ({ queue, producer, consumer }) => {
    const tasks = await queue();
    const compressed = gzipSync('task');
    const messages = [
      { body: Buffer.from('{ "no": JSON'), contentType: 'application/json', type: 'orders.created' },
      { body: Buffer.from('plain'), contentType: 'Größe 7', contentEncoding: 'gzip', type: ' ' },
      { body: compressed, contentType: 'text/plain', contentEncoding: 'gzip', type: 'x'.repeat(255) },
      { body: compressed, contentEncoding: 'gzip,none of those', contentType: '/' },
    ];

    await (await producer()).sendToQueue(tasks, messages);

    const receiver = await consumer(tasks, { noAck: true });
    for (const { body, ...properties } of messages) {
      const delivered = await receiver.next();
      expect(delivered.content.toString('latin1'), 'the body, an octet a letter').toBe(
        body.toString('latin1'),
      );
      const { deliveryMode: _, ...arrived } = delivered.properties;
      expect({ headers: {}, ...arrived }, 'what came with it').toEqual({ headers: {}, ...properties });
    }
  },
);
