import { expect, test } from 'vitest';
import { QueueModel } from './model.ts';

function given(body: string, deliveryTag: number, redelivered = false) {
  return { body, deliveryTag, redelivered };
}

test('what was never delivered comes in the order of publishing, and what was requeued may come at any time', () => {
  const model = new QueueModel();
  for (let each = 1; each <= 3; each += 1) model.publish(true);

  expect(model.next).toBe('m1');
  model.give(given('m1', 1));
  model.settle([1], { requeue: true });

  expect(model.next).toBe('m1 again or m2');
  expect(model.isNext(given('m1', 2, true))).toBe(true);
  expect(model.isNext(given('m2', 2))).toBe(true);
  expect(model.isNext(given('m1', 2))).toBe(false);
  expect(model.isNext(given('m3', 2))).toBe(false);
});

test('what is acknowledged, discarded, purged or not routed is gone', () => {
  const model = new QueueModel();
  for (let each = 1; each <= 4; each += 1) model.publish(each !== 2);
  model.give(given('m1', 1));
  model.settle(model.tagsUpTo(1, true), { requeue: false });

  expect(model.next).toBe('m3');
  expect(model.purge()).toBe(2);
  expect(model.next).toBe('nothing');
});

test('a consumer is sent as much as its prefetch says, and leaves what it holds when its channel closes', () => {
  const model = new QueueModel();
  for (let each = 1; each <= 3; each += 1) model.publish(true);
  model.consumer = { prefetch: 2, tags: new Set() };
  expect(model.due).toBe(2);
  model.give(given('m1', 1));
  model.consumer.tags.add(1);
  expect(model.due).toBe(1);

  model.leave();

  expect(model.due).toBe(0);
  expect(model.next).toBe('m1 again or m2');
});

test('after a restart nobody need know any more what was delivered before', () => {
  const model = new QueueModel();
  for (let each = 1; each <= 2; each += 1) model.publish(true);
  model.give(given('m1', 1));

  model.restart();

  expect([model.isNext(given('m1', 1, true)), model.isNext(given('m1', 1))]).toEqual([true, true]);
  expect([model.isNext(given('m2', 1, true)), model.isNext(given('m2', 1))]).toEqual([false, true]);
  model.give(given('m1', 1));
  expect(model.next).toBe('m2');
});

test('what is published when a consumer has just gone may have been sent to it, and come again', () => {
  const model = new QueueModel();
  model.publish(true);
  model.consumer = { prefetch: 3, tags: new Set() };
  model.give(given('m1', 1));
  model.consumer.tags.add(1);
  model.leave();
  model.publish(true);

  expect([model.isNext(given('m2', 1, true)), model.isNext(given('m2', 1))]).toEqual([true, true]);
  model.give(given('m2', 1, true));
  expect(model.isNext(given('m2', 2, true))).toBe(false);
  expect(model.next).toBe('m1 again');
});

test('what is published when a channel without a consumer has closed was sent to nobody', () => {
  const model = new QueueModel();
  model.leave();
  model.publish(true);

  expect([model.isNext(given('m1', 1, true)), model.isNext(given('m1', 1))]).toEqual([false, true]);
});
