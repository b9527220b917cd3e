import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Connection } from '../actors/connection.ts';
import { QueueTypeUnderTest } from '../actors/queue-type-under-test.ts';
import type { Broker, Cluster } from '../broker/broker.ts';
import { nodeNames } from '../broker/broker.ts';
import { embedded } from '../broker/node/embedded.ts';
import { isWithin } from '../broker/version.ts';
import { Recorder } from '../evidence/recorder.ts';
import { seedOfRun } from '../seed.ts';
import type { FaultKind } from './history.ts';
import type { HistoryCluster } from './node-faults.ts';
import { type PlayedHistory, playHistory } from './play.ts';

/** Each takes half a minute, so none is played unless it is asked for; `.ci/nightly` plays twenty. */
const histories = Number(process.env['HISTORIES'] ?? 0);
const firstSeed = seedOfRun();
const messages = 1_000;
const longestMs = 240_000;

const kinds: readonly FaultKind[] = [
  'node kill',
  'node pause',
  'node cut off',
  'node unreachable',
  'node unheard',
  'rolling kill',
];

const provider = histories > 0 ? await embedded.available() : { works: false };

describe.skipIf(!provider.works)('histories on three nodes', { timeout: longestMs }, () => {
  let broker: Broker;
  let cluster: Cluster;

  beforeAll(async () => {
    broker = await embedded.startCluster(new AbortController().signal);
    if (broker.cluster === undefined) throw new Error('It is no cluster.');
    cluster = broker.cluster;
  }, longestMs);

  afterEach(async () => {
    await cluster.restore();
  }, longestMs);

  afterAll(async () => {
    await broker?.stop();
  }, longestMs);

  const seeds = Array.from({ length: histories }, (_, number) => firstSeed + number);

  test.each(seeds)('a quorum queue keeps what it promises: HISTORIES=1 SEED=%i', async (seed) => {
    const [faults = []] = fc.sample(fc.shuffledSubarray([...kinds], { minLength: 2, maxLength: 2 }), {
      seed,
      numRuns: 1,
    });

    const { counts, wrongs, drained } = await play('quorum', seed, faults, asItIs(cluster));

    const { lost, confirmedBeforeStored, invented, duplicatedUnflagged } = wrongs;
    expect(
      { lost, confirmedBeforeStored, invented, duplicatedUnflagged },
      `what went wrong with the faults ${faults.join(' and ')}`,
    ).toEqual({ lost: [], confirmedBeforeStored: [], invented: [], duplicatedUnflagged: [] });
    expect(drained, 'whether the queue was emptied').toBe(true);
    expect(counts.confirmed, 'messages confirmed').toBeGreaterThanOrEqual(messages);
  });

  // A mirrored queue that was divided has two leaders, and what the side has that is given up is lost: documented, and found
  test('what a mirrored queue loses in a partition is found', async ({ skip }) => {
    skip(!isWithin('<4.0', broker.description.version), 'there are no mirrored queues from 4.0 on');
    const ignoring = 'application:set_env(rabbit, cluster_partition_handling, ignore).';
    for (const node of nodeNames) await cluster.control(node, ['eval', ignoring]);
    const mirrored = '{"ha-mode":"all","ha-sync-mode":"automatic"}';
    await cluster.control('a', ['set_policy', 'mirrored', '^history', mirrored]);
    const change = asItIs(cluster);

    const { counts, wrongs } = await play('classic', firstSeed, ['node cut off'], {
      ...change,
      // Nothing heals by itself; one side is restarted, and takes over what the other has
      heal: async () => {
        await change.kill('b');
        await change.heal();
        await change.start('b');
      },
    });

    expect(counts.confirmed, 'messages confirmed').toBeGreaterThan(200);
    expect(wrongs.lost.length, 'messages that were confirmed and are lost').toBeGreaterThan(0);
    expect(wrongs.invented, 'messages that nobody published').toEqual([]);
  });

  async function play(
    type: 'classic' | 'quorum',
    seed: number,
    faults: readonly FaultKind[],
    disturbed: HistoryCluster,
  ): Promise<PlayedHistory> {
    const queueType = new QueueTypeUnderTest(type);
    const recorder = new Recorder();
    const access = { virtualHost: '/', queueType };
    const { nodes = [], amqp, username, password } = broker.description;
    const onB = await Connection.open(
      { ...(nodes[1]?.amqp ?? amqp), username, password, ...access, name: 'who declares' },
      1,
      recorder.actor('client', 'who declares'),
    );
    const { queue } = await (await onB.channel()).declareQueue(`history-${type}-${seed}`);
    await onB.dispose();
    return await playHistory(
      {
        queue,
        isStream: false,
        seed,
        recorder,
        broker: () => broker.description,
        access,
        disturb: async () => {},
        cluster: disturbed,
        signal: new AbortController().signal,
      },
      { faults, messages },
    );
  }
});

function asItIs(cluster: Cluster): HistoryCluster {
  return {
    kill: async (node) => await cluster.change({ kill: node }),
    start: async (node) => await cluster.change({ start: node }),
    pause: async (node) => await cluster.change({ pause: node }),
    resume: async (node) => await cluster.change({ resume: node }),
    disturb: async (links) => await cluster.change({ links }),
    heal: async () => await cluster.change({ links: [] }),
  };
}
