import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Connection } from '../actors/connection.ts';
import { QueueTypeUnderTest } from '../actors/queue-type-under-test.ts';
import type { Broker } from '../broker/broker.ts';
import { chooseBroker } from '../broker/choose.ts';
import { Recorder } from '../evidence/recorder.ts';
import * as library from '../mutants/library/index.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { startMutantProxy } from '../mutants/proxy.ts';
import { withDeadline } from '../waiting/until.ts';
import { walk, walkAcrossRestart, type Walked, type WalkStage, walksOfRun } from './walk.ts';

let broker: Broker;

beforeAll(async () => {
  const { signal } = new AbortController();
  broker = await chooseBroker({ environment: process.env, signal, say: () => {} });
});
afterAll(async () => {
  await broker.stop();
});

/** What walks show of a mutant, and what the timeline tells. */
async function walked(
  mutant: Mutant,
  seed: number,
  many: number,
  held: (stage: WalkStage, restart: () => Promise<void>) => Promise<Walked> = async (stage) =>
    await withDeadline(3_000, () => walk(stage)),
): Promise<Walked & { recorder: Recorder }> {
  const { username, password, virtualHost } = broker.description;
  let proxy = await startMutantProxy({ mutant, amqp: broker.description.amqp });
  const restart = async (): Promise<void> => {
    // It may be elsewhere then
    const { amqp } = await broker.restart();
    await proxy.close();
    proxy = await startMutantProxy({ mutant, amqp });
  };
  const connections: Connection[] = [];
  const recorder = new Recorder();
  const connect = async (): Promise<Connection> => {
    const access = { ...proxy.amqp, username, password, virtualHost, name: 'walker' };
    const options = { ...access, queueType: new QueueTypeUnderTest('classic') };
    const connection = await Connection.open(options, 1, new Recorder().actor('client', 'walker'));
    connections.push(connection);
    return connection;
  };
  try {
    const witness = recorder.actor('client', 'walker');
    const uniqueName = (what: string) => `${what}-${randomUUID()}`;
    const seen = await held({ seed, many, witness, connect, uniqueName }, restart);
    return { ...seen, recorder };
  } finally {
    for (const connection of connections) await connection.close();
    await proxy.close();
  }
}

test('a right broker is followed to the end, and the same seed holds the same conversations', async () => {
  const [one, other] = [await walked(library.identity, 7, 20), await walked(library.identity, 7, 20)];

  expect(one).toMatchObject({ conversations: 20 });
  expect(one.departure).toBeUndefined();
  expect(one.delivered).toBeGreaterThan(20);
  expect([other.delivered, other.again]).toEqual([one.delivered, one.again]);
  expect(one.recorder.evidence().events.map(({ what }) => what)).toContain('queue.declare');
});

test('a wrong one is told by a short conversation, which its seed begins with', async () => {
  const { departure, recorder } = await walked(library.requeueIgnored, 1, 200);

  expect(departure).toMatch(
    /^declare q; .*(?:nack|reject) .*m\d+, requeue; .* → .*nothing.*, where the model has .*m\d+ again.* \(SEED=\d+ begins with it\)$/,
  );
  expect(recorder.evidence().events.length).toBeGreaterThan(0);
  const [, seed] = /SEED=(\d+)/.exec(departure ?? '') ?? [];
  const again = await walked(library.requeueIgnored, Number(seed), 1);
  expect(again.departure).toContain(`(SEED=${seed} begins with it)`);
});

test('steps that do not matter are left out', async () => {
  const { departure } = await walked(library.purgeCountWrong, 1, 200);
  expect(departure).toMatch(/^declare q; purge q → 1 messages, where the model has 0 /);
});

test('a refusal that the model does not know is a departure', async () => {
  const { departure } = await walked(library.redeclarationsRefused, 1, 200);
  expect(departure).toMatch(/^declare q; declare q; The broker closed the channel: /);
});

test('a restart in the middle changes nothing for a right broker, and a wrong one is told with it', async () => {
  const right = await walked(library.identity, 7, 4, walkAcrossRestart);
  const wrong = await walked(library.acksIgnored, 7, 4, walkAcrossRestart);

  expect(right).toMatchObject({ conversations: 4 });
  expect(right.departure).toBeUndefined();
  expect(right.delivered).toBeGreaterThan(4);
  expect(wrong.departure).toMatch(
    /^declare q; .*; restart; .*, where the model has .* \(SEED=\d+ begins with it\)$/,
  );
});

test('how many conversations there are is a whole number', () => {
  expect([walksOfRun({}), walksOfRun({ WALKS: '' }), walksOfRun({ WALKS: '7' })]).toEqual([200, 200, 7]);
  for (const given of ['0', '-1', '1.5', 'many'])
    expect(() => walksOfRun({ WALKS: given })).toThrow(`WALKS=${given} is no number of conversations.`);
});
