import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { OwnTime } from './own-time.ts';

describe('the own time of a spec', () => {
  test('is limited', async () => {
    await expect(new OwnTime(20).limit(() => new Promise(() => {}))).rejects.toThrow(
      'The spec did not end within the 20 ms that the harness gives it.',
    );
  });

  test('does not pass while it waits for what does not count', async () => {
    const own = new OwnTime(200);
    await own.limit(async () => {
      await Promise.all([own.aside(() => sleep(300)), own.aside(() => sleep(400))]);
    });
  });

  test('goes on afterwards, with what was left of it', async () => {
    const own = new OwnTime(300);
    const began = performance.now();
    const limited = own.limit(async () => {
      await sleep(200);
      await own.aside(async () => await sleep(100));
      await new Promise(() => {});
    });
    await expect(limited).rejects.toThrow('within the 300 ms');
    const took = performance.now() - began;
    expect(took).toBeGreaterThanOrEqual(390);
    expect(took).toBeLessThan(600);
  });

  test('ends with an error of the spec itself', async () => {
    const own = new OwnTime(1_000);
    const failing = own.limit(async () => {
      await own.aside(() => Promise.reject(new Error('rabbitmqctl is gone')));
    });
    await expect(failing).rejects.toThrow('rabbitmqctl is gone');
  });
});
