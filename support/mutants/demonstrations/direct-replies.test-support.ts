import type { Channel, ConsumeMessage } from 'amqplib';
import { askUntil } from '../../waiting/until.ts';
import * as library from '../library/index.ts';
import {
  type Bench,
  consume,
  demonstration,
  type Demonstration,
  refusal,
  settled,
} from './demonstration.test-support.ts';

const directReplyTo = 'amq.rabbitmq.reply-to';

/** A queue of requests, and a channel that takes them and answers them. */
async function serving({ confirmChannel, name }: Bench) {
  const server = await confirmChannel();
  const { queue } = await server.assertQueue(name('requests'));
  const returned: string[] = [];
  server.on('return', (message: ConsumeMessage) => returned.push(message.content.toString()));
  /** Asks on a channel; gives the name that the request carries. */
  const asked = async (channel: Channel): Promise<string> => {
    channel.sendToQueue(queue, Buffer.from('question'), { replyTo: directReplyTo });
    const request = await askUntil(
      () => server.get(queue, { noAck: true }),
      (got) => got !== false,
    );
    return request === false ? '' : String(request.properties.replyTo);
  };
  const answer = async (address: string, body: string, mandatory = false): Promise<void> => {
    server.sendToQueue(address, Buffer.from(body), { mandatory });
    await server.waitForConfirms();
  };
  return { server, queue, returned, asked, answer };
}

async function requester({ channel }: Bench) {
  const own = await channel();
  return { own, ...(await consume(own, directReplyTo, { noAck: true })) };
}

export const directReplies: readonly Demonstration[] = [
  demonstration(
    'two requesters, who are answered twice each',
    async (bench) => {
      const { asked, answer } = await serving(bench);
      const [one, other] = [await requester(bench), await requester(bench)];
      const [ofOne, ofOther] = [await asked(one.own), await asked(other.own)];
      for (const body of ['one', 'one again']) await answer(ofOne, body);
      for (const body of ['other', 'other again']) await answer(ofOther, body);
      for (const { own } of [one, other]) await settled(own);
      return [ofOne.startsWith(`${directReplyTo}.`), one.bodies(), other.bodies()];
    },
    [true, ['one', 'one again'], ['other', 'other again']],
    [library.replyAddressesNotMade, [false, [], []]],
    [library.replyAddressesRepeated, [true, ['one', 'one again', 'other', 'other again'], []]],
    [library.directRepliesLost, [true, [], []]],
  ),
  {
    ...demonstration(
      'the numbers of two direct replies',
      async (bench) => {
        const { asked, answer } = await serving(bench);
        const { own, got } = await requester(bench);
        const address = await asked(own);
        for (const body of ['one', 'other']) await answer(address, body);
        await settled(own);
        return got.map(({ fields }) => fields.deliveryTag);
      },
      [1, 2],
      [library.directReplyTagsStuck, [1, 1]],
    ),
    versions: '>=4.2',
  },
  demonstration(
    'a consumer of direct replies that is to acknowledge, and a second one on a channel',
    async ({ channel }) => {
      const refused = async (one: Channel, noAck: boolean) => {
        const answer = await refusal(one.consume(directReplyTo, () => {}, { noAck }));
        return answer === 'not refused' ? answer : answer.code;
      };
      const one = await channel();
      return [await refused(await channel(), false), await refused(one, true), await refused(one, true)];
    },
    [406, 'not refused', 406],
    [library.acknowledgingReplyConsumersTaken, ['not refused', 'not refused', 406]],
    [library.secondReplyConsumersTaken, [406, 'not refused', 'not refused']],
  ),
  demonstration(
    'a request for a direct reply on a channel that no longer consumes any',
    async (bench) => {
      const { queue } = await serving(bench);
      const { own, tag } = await requester(bench);
      await own.cancel(tag);
      own.sendToQueue(queue, Buffer.from('question'), { replyTo: directReplyTo });
      return await settled(own).then(
        () => 'taken',
        () => 'refused',
      );
    },
    'refused',
    [library.requestsWithoutReplyConsumerTaken, 'taken'],
  ),
  demonstration(
    'a requester that is looked for while it is there, and after it has gone',
    async (bench) => {
      const { asked } = await serving(bench);
      const { own } = await requester(bench);
      const address = await asked(own);
      const found = async () =>
        (await refusal((await bench.channel()).checkQueue(address))) === 'not refused';
      const before = await found();
      await own.close();
      return [before, await askUntil(found, (there) => !there, { within: 1_000 })];
    },
    [true, false],
    [library.goneRequestersFound, [true, true]],
    [library.requestersNeverFound, [false, false]],
  ),
  {
    ...demonstration(
      'a mandatory direct reply, and a binding of its address',
      async (bench) => {
        const { asked, answer, returned } = await serving(bench);
        const { own } = await requester(bench);
        const address = await asked(own);
        await answer(address, 'answer', true);
        const refused = await refusal((await bench.channel()).bindQueue(address, 'amq.fanout', ''));
        return [[...returned], refused === 'not refused' ? refused : refused.code];
      },
      [[], 403],
      [library.mandatoryDirectRepliesReturned, [['answer'], 403]],
      [library.replyBindingsTaken, [[], 'not refused']],
    ),
    versions: '>=4.2.6',
  },
  demonstration(
    'a direct reply to a requester that comes back',
    async (bench) => {
      const { asked, answer } = await serving(bench);
      const { own } = await requester(bench);
      const address = await asked(own);
      await own.close();
      await answer(address, 'too late');
      const back = await requester(bench);
      await settled(back.own);
      return back.bodies();
    },
    [],
    [library.directRepliesKept, ['too late']],
  ),
  demonstration(
    'direct replies after somebody has deleted what they are for',
    async (bench) => {
      const { asked, answer } = await serving(bench);
      const { own, bodies } = await requester(bench);
      const address = await asked(own);
      const names = await bench.listed(bench.management.in(bench.virtualHost).queues.names);
      await (await bench.channel()).deleteQueue(address);
      await answer(address, 'answer');
      await settled(own);
      return [names.includes(directReplyTo), bodies()];
    },
    [false, ['answer']],
    [library.directRepliesListed, [true, ['answer']]],
    [library.deletedReplyAddressesClosed, [false, []]],
  ),
];
