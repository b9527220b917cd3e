import { askUntil } from '../../waiting/until.ts';
import * as eccentric from '../eccentric/index.ts';
import {
  type Bench,
  consume,
  delivered,
  send,
  takeAll,
  demonstration,
} from './demonstration.test-support.ts';

export const eccentricities = [
  demonstration(
    'what each of two consumers gets that take whatever comes',
    async ({ channel, name }) => {
      const [first, second, sender] = [await channel(), await channel(), await channel()];
      const { queue } = await sender.assertQueue(name());
      const [one, other] = [
        await consume(first, queue, { noAck: true }),
        await consume(second, queue, { noAck: true }),
      ];
      await send(sender, queue, '1', '2', '3', '4');
      await delivered(first, queue);
      await delivered(second, queue);
      return [one.bodies(), other.bodies()];
    },
    [
      ['1', '3'],
      ['2', '4'],
    ],
    [eccentric.servedInBursts, [['1', '2', '3', '4'], []]],
  ),
  demonstration(
    'the tag of a consumer that gives itself none, and whether it can be cancelled by it',
    async ({ channel, name }) => {
      const worker = await channel();
      const { queue } = await worker.assertQueue(name());
      const { tag } = await consume(worker, queue);
      await worker.cancel(tag);
      const { consumerCount } = await worker.checkQueue(queue);
      return [tag.replace(/-.*/, ''), consumerCount];
    },
    ['amq.ctag', 0],
    [eccentric.consumerTagsOther, ['consumer', 0]],
  ),
  demonstration(
    'the name of a queue to which nobody gives one, by which it is reached and listed',
    async (bench) => {
      const worker = await bench.channel();
      const { queue } = await worker.assertQueue('', { exclusive: true });
      await send(worker, queue, '1');
      const bodies = await takeAll(worker, queue);
      const listed = (await told(bench, 'queues')).some((each) => each['name'] === queue);
      const path = `/queues/${encodeURIComponent(bench.virtualHost)}/${queue}`;
      const { status } = await bench.management.http.request('GET', path);
      return [queue.replace(/-.*/, ''), bodies, listed, status];
    },
    ['amq.gen', ['1'], true, 200],
    [eccentric.generatedNamesOther, ['amq.eccentric', ['1'], true, 200]],
  ),
  demonstration(
    'the frames of a small message',
    async ({ raw, channel, name }) => {
      const sender = await channel();
      const { queue } = await sender.assertQueue(name());
      await send(sender, queue, 'a small message, twenty-nine o');
      const reader = await raw();
      await reader.send('basic.get', { queue, noAck: true });
      const { frames, body } = await reader.expect('basic.get-ok');
      return [frames.length, body.toString()];
    },
    [3, 'a small message, twenty-nine o'],
    [eccentric.bodiesInOtherFrames, [4, 'a small message, twenty-nine o']],
  ),
  demonstration(
    'the text of an error, and its code',
    async ({ channel }) => {
      const asked = await channel();
      const refused: unknown = await asked.checkQueue('no-such-queue').catch((error: unknown) => error);
      const { code, message } = refused as { code: number; message: string };
      return [code, message.includes('NOT_FOUND - no queue')];
    },
    [404, true],
    [eccentric.textsOther, [404, false]],
  ),
  demonstration(
    'what a broker tells of itself',
    async ({ client }) => {
      const { serverProperties } = (await client()).connection;
      return [serverProperties.product, 'eccentric' in serverProperties];
    },
    ['RabbitMQ', false],
    [eccentric.serverPropertiesMore, ['RabbitMQ', true]],
  ),
  demonstration(
    'the headers of a dead letter',
    async ({ channel, name }) => {
      const worker = await channel();
      const { queue: dead } = await worker.assertQueue(name('dead'));
      const { queue } = await worker.assertQueue(name(), {
        deadLetterExchange: '',
        deadLetterRoutingKey: dead,
      });
      await send(worker, queue, '1');
      const taken = await worker.get(queue);
      if (taken !== false) worker.nack(taken, false, false);
      const letter = await askUntil(
        () => worker.get(dead, { noAck: true }),
        (message) => message !== false,
      );
      const { headers = {} } = letter === false ? {} : letter.properties;
      const [death] = headers['x-death'] ?? [];
      return ['x-eccentric-last-words' in headers, 'eccentric' in (death ?? {}), death?.reason];
    },
    [false, false, 'rejected'],
    [eccentric.deathHistoryMore, [true, true, 'rejected']],
  ),
  demonstration(
    'the order in which the management API lists queues',
    async (bench) => {
      const worker = await bench.channel();
      const names = [bench.name('a'), bench.name('b'), bench.name('c')];
      for (const each of names) await worker.assertQueue(each);
      const listed = (await told(bench, 'queues')).map((queue) => String(queue['name']));
      return listed.filter((each) => names.includes(each)).map(bench.plainly);
    },
    ['a', 'b', 'c'],
    [eccentric.listsInOtherOrder, ['c', 'b', 'a']],
  ),
  demonstration(
    'the fields in which the management API tells of a queue',
    async (bench) => {
      const { queue } = await (await bench.channel()).assertQueue(bench.name());
      const seen = (await told(bench, 'queues')).find((each) => each['name'] === queue);
      return ['eccentric' in (seen ?? {}), seen?.['arguments'], seen?.['durable']];
    },
    [false, {}, true],
    [eccentric.fieldsOther, [true, null, true]],
  ),
  demonstration(
    'the bytes that the management API counts for a message',
    async (bench) => {
      const worker = await bench.channel();
      const { queue } = await worker.assertQueue(bench.name());
      await send(worker, queue, 'ten octets');
      const seen = await askUntil(
        async () => (await told(bench, 'queues')).find((each) => each['name'] === queue),
        (each) => Number(each?.['message_bytes']) > 0 && Number(each?.['messages']) > 0,
      );
      return seen?.['message_bytes'];
    },
    10,
    [eccentric.overheadCounted, 50],
  ),
  demonstration(
    'the name of the default exchange in the management API',
    async (bench) => (await told(bench, 'exchanges')).some(({ name }) => name === ''),
    true,
    [eccentric.defaultExchangeRenamed, false],
  ),
];

/**
 * What the management API lists in the virtual host of a demonstration, as it is. While a quorum queue is deleted there,
 * RabbitMQ 3.10 answers that with 500.
 */
async function told(
  { management, virtualHost }: Bench,
  what: 'queues' | 'exchanges',
): Promise<Record<string, unknown>[]> {
  const path = `/${what}/${encodeURIComponent(virtualHost)}`;
  const { text } = await askUntil(
    () => management.http.request('GET', path, { accept: [500] }),
    ({ status }) => status !== 500,
  );
  return JSON.parse(text) as Record<string, unknown>[];
}
