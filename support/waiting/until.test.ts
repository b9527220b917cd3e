import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { askUntil, deadlineMs, holdsEventually, withDeadline } from './until.ts';

describe('a condition that an event makes true', () => {
  test('is not waited for when it holds already', async () => {
    expect(await holdsEventually(new EventEmitter(), () => true, 0)).toBe(true);
  });

  test('is looked at whenever something changes', async () => {
    const emitter = new EventEmitter();
    let seen = 0;
    const holds = holdsEventually(emitter, () => seen === 2);

    for (seen = 1; seen < 2; seen += 1) emitter.emit('change');
    emitter.emit('change');

    expect(await holds).toBe(true);
    expect(emitter.listenerCount('change')).toBe(0);
  });

  test('does not hold after the deadline, and no listener is left', async () => {
    const emitter = new EventEmitter();
    expect(await holdsEventually(emitter, () => false, 20)).toBe(false);
    expect(emitter.listenerCount('change')).toBe(0);
  });

  test('is looked at once more at the deadline, in case nobody told', async () => {
    let holds = false;
    setTimeout(() => (holds = true), 5);
    expect(await holdsEventually(new EventEmitter(), () => holds, 200)).toBe(true);
  });

  test('throws on what it throws', async () => {
    const emitter = new EventEmitter();
    const broken = holdsEventually(emitter, () => {
      if (emitter.listenerCount('change') > 0) throw new Error('it looked at nothing');
      return false;
    });
    emitter.emit('change');
    await expect(broken).rejects.toThrow('it looked at nothing');
  });
});

describe('a question that is asked again and again', () => {
  test('gives the first good answer', async () => {
    let asked = 0;
    const answer = await askUntil(
      async () => (asked += 1),
      (times) => times === 3,
      { interval: 1 },
    );
    expect({ answer, asked }).toEqual({ answer: 3, asked: 3 });
  });

  test('gives the last answer after the deadline, asked then', async () => {
    let asked = 0;
    const answer = await askUntil(
      async () => (asked += 1),
      () => false,
      { within: 30, interval: 1 },
    );
    expect(answer).toBe(asked);
    expect(asked).toBeGreaterThan(1);
  });

  test('is aborted when it hangs, and asked once more', async () => {
    let hung = 0;
    const answer = await askUntil(
      async (signal) => {
        if (hung > 0) return 'an answer';
        hung += 1;
        return await new Promise<string>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        });
      },
      () => true,
      { within: 30 },
    );
    expect(answer).toBe('an answer');
  });

  test('throws on an error of its own at once', async () => {
    let asked = 0;
    const failing = askUntil(
      async () => {
        asked += 1;
        throw new Error('no such queue');
      },
      () => true,
    );
    await expect(failing).rejects.toThrow('no such queue');
    expect(asked).toBe(1);
  });
});

test('a spec that is expected to fail waits for a shorter time, and nobody else', async () => {
  const usual = deadlineMs();
  const [impatient, other] = await Promise.all([
    withDeadline(7, async () => {
      await turn();
      return deadlineMs();
    }),
    turn().then(() => deadlineMs()),
  ]);
  expect({ impatient, other }).toEqual({ impatient: 7, other: usual });
});
