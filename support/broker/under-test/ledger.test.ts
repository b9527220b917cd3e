import { expect, onTestFinished, test } from 'vitest';
import { newRunName } from '../../management/run-name.ts';
import { Ledger, LedgerOfSpecs } from './ledger.ts';

const queue = { kind: 'queue', name: 'tasks' } as const;
const exchange = { kind: 'exchange', name: 'tasks' } as const;

function bothSides() {
  const run = newRunName();
  const [ledger, specs] = [new Ledger(run), new LedgerOfSpecs(run)];
  onTestFinished(() => ledger.close());
  return { ledger, specs };
}

test('what was made and not taken away is left', async () => {
  const { ledger, specs } = bothSides();
  specs.makes(queue);
  specs.makes(exchange);
  specs.makes(queue);
  expect(await ledger.left()).toEqual([queue, exchange]);
  specs.tookAway([queue]);
  expect(await ledger.left()).toEqual([exchange]);
});

test('specs that run are ended, and waited for; none begins afterwards', async () => {
  const { ledger, specs } = bothSides();
  const seen: string[] = [];
  const runs = (name: string) => {
    const ended = specs.begins(async () => {
      specs.makes({ kind: 'queue', name });
      seen.push(name);
      ended();
    });
    return ended;
  };
  runs('one');
  runs('two');
  runs('three')();
  expect(specs.ended).toBe(false);
  await ledger.endSpecs();
  expect(specs.ended).toBe(true);
  expect(seen).toEqual(['one', 'two']);
  expect((await ledger.left()).map(({ name }) => name)).toEqual(['one', 'two']);
});
