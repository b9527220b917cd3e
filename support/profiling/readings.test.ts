import { describe, expect, test } from 'vitest';
import { announcedExtensions, declaredExtensions, type Extension } from '../broker/extensions.ts';
import { NoAnswer, Refused } from './client-connection.ts';
import { askedFor, questions, readFailure } from './inquire.ts';
import { DoesNotHave } from './questioner.ts';
import type { Reading } from './reading.ts';

function read(extension: Extension, transcript: readonly string[]): Reading | undefined {
  return questions[extension]?.read(transcript);
}

describe('what a conversation says of', () => {
  test.for<[Extension, transcript: string[], has: boolean | undefined, seen: string]>([
    ['alternate_exchanges', ['without a route', 'last'], true, 'arrived by the alternate exchange'],
    ['alternate_exchanges', ['last'], false, 'the message without a route was dropped'],
    ['auto_delete_exchanges', ['went'], true, 'went with its last binding'],
    ['auto_delete_exchanges', ['stayed'], false, 'was still there'],
    ['auto_delete_exchanges', ['gone while bound'], undefined, 'not there even while it was bound'],
    ['internal_exchanges', ['refused', 'last'], true, 'was refused to publish'],
    ['internal_exchanges', ['from a client', 'last'], false, 'was routed'],
    ['internal_exchanges', ['last'], undefined, 'was dropped, and not refused'],
    ['message_ttl', ['unlimited'], true, 'messages with either limit of 100 ms went'],
    ['message_ttl', ['x-message-ttl', 'expiration', 'unlimited'], false, 'still there after 3000 ms'],
    ['message_ttl', ['expiration', 'unlimited'], false, 'expiration was accepted, but the message'],
    ['message_ttl', [], undefined, 'a message without a limit was gone too'],
    ['priority_queues', ['high', 'low'], true, 'came first'],
    ['priority_queues', ['low', 'high'], false, 'in the order in which they were sent'],
    ['priority_queues', ['high'], undefined, 'of two messages 1 arrived'],
    ['queue_length_limit', ['newer'], true, 'it kept the newer one alone'],
    ['queue_length_limit', ['older'], true, 'it kept the older one alone'],
    ['queue_length_limit', ['older', 'newer'], false, 'both messages were kept'],
    ['queue_length_limit', [], undefined, 'both messages were gone'],
    ['queue_ttl', ['went'], true, 'the queue went by itself'],
    ['queue_ttl', ['stayed'], false, 'was still there after 3000 ms'],
    ['queue_types', ['refused'], true, 'an unknown one refused'],
    ['queue_types', ['accepted'], false, 'it means nothing'],
    ['quorum_queues', ['refused'], true, 'an exclusive one was refused'],
    ['quorum_queues', ['accepted'], false, 'it means nothing'],
    ['sender_selected_distribution', ['copied', 'last'], true, 'got the message too'],
    ['sender_selected_distribution', ['last'], false, 'not in the queue that CC names'],
    ['streams', ['refused'], true, 'an exclusive one was refused'],
    ['streams', ['accepted'], false, 'means nothing'],
    ['single_active_consumer', ['one', 'acknowledged', 'one'], true, 'one consumer got both'],
    ['single_active_consumer', ['one', 'other'], false, 'at the same time'],
    ['single_active_consumer', ['one', 'one'], undefined, 'in spite of its prefetch'],
    ['single_active_consumer', ['one', 'acknowledged', 'other'], undefined, 'went to the other consumer'],
    ['basic.nack', ['it came back'], true, 'came back'],
    ['basic.nack', ['it stayed away'], false, 'did not come back'],
    ['basic.nack', ['nothing to take'], undefined, 'did not arrive'],
    ['consumer_cancel_notify', ['told'], true, 'was told by basic.cancel'],
    ['consumer_cancel_notify', ['not told'], false, 'was not told'],
    ['consumer_priorities', ['high', 'high'], true, 'got all messages'],
    ['consumer_priorities', ['high', 'low'], false, 'got messages as well'],
    ['direct_reply_to', ['answered'], true, 'arrived without a queue'],
    ['direct_reply_to', ['no answer'], false, 'the answer did not arrive'],
    ['exchange_exchange_bindings', ['through both', 'last'], true, 'through both exchanges'],
    ['exchange_exchange_bindings', ['last'], false, 'did not arrive'],
    ['per_consumer_qos', ['one', 'other'], true, 'each consumer got one'],
    ['per_consumer_qos', ['one'], false, 'both consumers together got one'],
    ['per_consumer_qos', ['one', 'one'], undefined, 'did not come as any prefetch'],
    ['per_consumer_qos', ['one', 'one', 'other', 'other'], undefined, 'not heeded: 4 messages'],
    ['publisher_confirms', ['confirmed'], true, 'was confirmed by basic.ack'],
    ['publisher_confirms', ['not confirmed'], false, 'was not confirmed'],
  ])('%s, when it went %j: %s', ([extension, transcript, has, seen]) => {
    const reading = read(extension, transcript);
    expect(reading?.has).toBe(has);
    expect(reading?.seen).toContain(seen);
  });
});

describe('a conversation that does not come to its end says', () => {
  const refusal = { method: 'queue.declare', replyText: 'NO - it will not' } as const;

  test.for([404, 406, 501, 502, 503, 530, 540])(
    'that the broker lacks what it refuses with %i',
    (replyCode) => {
      expect(readFailure(new DoesNotHave({ ...refusal, replyCode }))).toEqual({
        has: false,
        seen: `queue.declare was refused: ${replyCode} NO - it will not`,
      });
    },
  );

  test('nothing, where the broker refuses what the conversation is not about', () => {
    expect(readFailure(new Refused({ ...refusal, replyCode: 406 }))).toEqual({
      seen: 'queue.declare was refused: 406 NO - it will not',
    });
  });

  test('nothing, where the broker does not answer', () => {
    expect(readFailure(new NoAnswer('the connection was lost'))).toEqual({ seen: 'the connection was lost' });
  });

  test('and a fault of its own is none of the broker', () => {
    expect(() => readFailure(new TypeError('a fault'))).toThrow('a fault');
  });
});

test('a broker that announces something is asked for the rest alone, one that announces nothing for all', () => {
  expect(askedFor({ 'basic.nack': false })).toEqual(declaredExtensions);
  expect(askedFor({}).toSorted()).toEqual([...announcedExtensions, ...declaredExtensions].toSorted());
  expect(askedFor({}).at(-1)).toBe('consumer_cancel_notify');
});
