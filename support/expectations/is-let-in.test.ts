import { expect, test } from 'vitest';
import { ConnectionLost, RefusedByBroker } from '../wire/index.ts';
import { isLetIn } from './is-let-in.ts';

test('tells a connection that is refused from one that the network has lost', async () => {
  let closed = 0;
  const close = async (): Promise<void> => {
    closed += 1;
  };
  expect(await isLetIn(Promise.resolve({ close }))).toBe(true);
  expect(closed).toBe(1);

  const refusal = { scope: 'connection', code: 530, text: 'NOT_ALLOWED' } as const;
  expect(await isLetIn(Promise.reject(new RefusedByBroker(refusal)))).toBe(false);

  const lost = new ConnectionLost('The connection was lost: ECONNRESET');
  await expect(isLetIn(Promise.reject(lost))).rejects.toBe(lost);
});
