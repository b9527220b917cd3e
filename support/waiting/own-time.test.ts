import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OwnTime } from './own-time.ts';

const outcomes: unknown[] = [];

beforeEach(() => {
  outcomes.length = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

function sleep(milliseconds: number) {
  return new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
}

/** Starts work with a limit to its own time; what becomes of it goes to `outcomes`. */
function start(within: number, work: (own: OwnTime) => Promise<void>): void {
  const own = new OwnTime(within);
  void own
    .limit(() => work(own))
    .then(
      () => outcomes.push('done'),
      (error: unknown) => outcomes.push(String(error)),
    );
}

const late = expect.stringContaining(
  'The spec did not end within the 300 ms that the harness gives it.',
) as unknown;

describe('the own time of a spec', () => {
  test('is limited', async () => {
    start(300, () => sleep(1_000));
    await vi.advanceTimersByTimeAsync(299);
    expect(outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(outcomes).toEqual([late]);
  });

  test('does not pass while it waits for what does not count, also for several at once', async () => {
    start(300, async (own) => {
      await Promise.all([own.aside(() => sleep(400)), own.aside(() => sleep(500))]);
      await sleep(299);
    });
    await vi.advanceTimersByTimeAsync(799);
    expect(outcomes).toEqual(['done']);
  });

  test('goes on afterwards, with what was left of it', async () => {
    start(300, async (own) => {
      await sleep(200);
      await own.aside(() => sleep(1_000));
      await sleep(1_000);
    });
    await vi.advanceTimersByTimeAsync(1_299);
    expect(outcomes).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(outcomes).toEqual([late]);
  });

  test('ends with an error of what was waited for', async () => {
    start(300, async (own) => {
      await own.aside(() => Promise.reject(new Error('rabbitmqctl is gone')));
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(outcomes).toEqual(['Error: rabbitmqctl is gone']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
