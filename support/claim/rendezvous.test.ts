import type { RunnerTask, RunnerTestFile } from 'vitest';
import { expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { Rendezvous } from './rendezvous.ts';

/** A file as the runner knows it, with a spec for each id; those in `needs` say that they meet the others. */
function fileWith(ids: string[], needs: string[] = ids, mode: RunnerTask['mode'] = 'run'): RunnerTestFile {
  const tasks = ids.map((id) => ({
    id,
    mode,
    meta: { claim: { needs: needs.includes(id) ? ['restart'] : ['management'] } },
  }));
  return { tasks } as unknown as RunnerTestFile;
}

/** Something to be shared that counts how often it was done. */
class Restart {
  times = 0;
  readonly perform = async (): Promise<void> => {
    this.times += 1;
  };
}

const a = { id: 'a' };
const b = { id: 'b' };
const c = { id: 'c' };

test('the specs of a file meet, and it is done once for all of them when the last has come', async () => {
  const rendezvous = Rendezvous.of(fileWith(['a', 'b', 'c']));
  const restart = new Restart();

  const waiting = [a, b].map((spec) => rendezvous.place(spec)('restart', restart.perform));
  expect(restart.times).toBe(0);
  await Promise.all([...waiting, rendezvous.place(c)('restart', restart.perform)]);

  expect(restart.times).toBe(1);
});

test('a spec that ends before is not waited for', async () => {
  const rendezvous = Rendezvous.of(fileWith(['a', 'b']));
  const restart = new Restart();

  const waiting = rendezvous.place(a)('restart', restart.perform);
  expect(restart.times).toBe(0);
  rendezvous.leave(b);
  await waiting;

  expect(restart.times).toBe(1);
});

test('neither a spec that needs no restart is waited for, nor one that does not run', async () => {
  const file = fileWith(['a', 'b'], ['a']);
  file.tasks.push(...fileWith(['c'], ['c'], 'skip').tasks);
  const restart = new Restart();

  await Rendezvous.of(file).place(a)('restart', restart.perform);

  expect(restart.times).toBe(1);
});

test('specs in a group of tests meet the others too', async () => {
  const group = { ...fileWith(['b']), id: 'group', mode: 'run' } as unknown as RunnerTask;
  const file = fileWith(['a']);
  file.tasks.push(group);
  const restart = new Restart();

  const waiting = Rendezvous.of(file).place(a)('restart', restart.perform);
  expect(restart.times).toBe(0);
  await Promise.all([waiting, Rendezvous.of(file).place(b)('restart', restart.perform)]);

  expect(restart.times).toBe(1);
});

test('they can meet again', async () => {
  const rendezvous = Rendezvous.of(fileWith(['a', 'b']));
  const restart = new Restart();

  for (const times of [1, 2]) {
    await Promise.all([a, b].map((spec) => rendezvous.place(spec)('restart', restart.perform)));
    expect(restart.times).toBe(times);
  }
});

test('what they meet for later may be another thing', async () => {
  const rendezvous = Rendezvous.of(fileWith(['a', 'b']));
  const restart = new Restart();

  for (const what of ['kill b', 'start b'])
    await Promise.all([a, b].map((spec) => rendezvous.place(spec)(what, restart.perform)));

  expect(restart.times).toBe(2);
});

test('a failure is told to all of them', async () => {
  const rendezvous = Rendezvous.of(fileWith(['a', 'b']));
  const failing = async () => await Promise.reject(new Error('it did not come back'));

  const both = [a, b].map((spec) => rendezvous.place(spec)('restart', failing));

  for (const failed of both) await expect(failed).rejects.toThrow('it did not come back');
});

test('what is shared is one thing: a kill beside a restart is refused', async () => {
  const rendezvous = Rendezvous.of(fileWith(['a', 'b']));
  const restart = new Restart();

  const waiting = rendezvous.place(a)('restart', restart.perform);
  await expect(rendezvous.place(b)('kill', restart.perform)).rejects.toThrow(
    new UsageError('A kill in a file whose specs share a restart.', 'Use a file each.'),
  );
  rendezvous.leave(b);
  await waiting;

  expect(restart.times).toBe(1);
});

test('files do not meet', async () => {
  const restart = new Restart();
  void Rendezvous.of(fileWith(['a', 'b'])).place(a)('restart', restart.perform);
  expect(restart.times).toBe(0);

  await Rendezvous.of(fileWith(['a'])).place(a)('restart', restart.perform);

  expect(restart.times).toBe(1);
});
