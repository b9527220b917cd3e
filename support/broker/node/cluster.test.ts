import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { type Broker, clusterCapabilities } from '../broker.ts';
import { startCluster } from '../cluster/broker.ts';
import type { Made, Member } from '../cluster/member.ts';
import { whoAnswers } from '../cluster/who-answers.test-support.ts';
import { nodesOf } from './cluster.ts';
import { nodesWithin, relaysOf } from './cluster-processes.test-support.ts';
import { embedded } from './embedded.ts';
import type { Installation } from './installation.ts';
import { cacheFolder, intactInstallation } from './package-cache.ts';

const never = new AbortController().signal;

describe('a cluster', { timeout: 120_000 }, () => {
  /** What its parts only pretend to do. */
  const pretending = new Set<'kill' | 'links'>();
  let temporary: string;
  let broker: Broker;
  let made: Made | undefined;

  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'cluster-test-'));
    vi.stubEnv('TMPDIR', temporary);
    const provider = nodesOf('embedded', await installed());
    broker = await startCluster(
      {
        ...provider,
        make: async (signal) => {
          made = await provider.make(signal);
          const { disturb } = made;
          for (const member of made.members) pretendToKill(member);
          return {
            ...made,
            disturb: async (links) => (pretending.has('links') ? undefined : await disturb(links)),
          };
        },
      },
      never,
    );
  });

  afterAll(async () => {
    await broker.stop();
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true });
  });

  function pretendToKill(member: Member): void {
    const kill = member.kill.bind(member);
    member.kill = async () => (pretending.has('kill') ? undefined : await kill());
  }

  async function change(what: Parameters<NonNullable<Broker['cluster']>['change']>[0]): Promise<unknown> {
    return await broker.cluster?.change(what).then(
      () => 'witnessed',
      (error: unknown) => error,
    );
  }

  test('has three nodes, of which clients reach each', async () => {
    const { title, capabilities, amqp, nodes } = broker.description;
    expect(title).toMatch(/^RabbitMQ \S+, embedded \(three nodes, /);
    expect(capabilities).toEqual(expect.arrayContaining([...clusterCapabilities, 'management', 'ctl']));
    expect(capabilities).not.toContain('restart');
    expect(nodes?.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(nodes?.[0]?.amqp).toEqual(amqp);
    expect(await whoAnswers(broker.description)).toEqual(['a', 'b', 'c']);
  });

  test('loses a node that is killed, and gets it back', async () => {
    expect(await change({ kill: 'b' })).toBe('witnessed');
    expect(await whoAnswers(broker.description)).toEqual(['a', 'c']);
    expect(broker.died()).toBeUndefined();
    expect(await change({ kill: 'b' })).toMatchObject({ message: 'Node b is down already.' });
    expect(await change({ start: 'b' })).toBe('witnessed');
    expect(await whoAnswers(broker.description)).toEqual(['a', 'b', 'c']);
  });

  test('can be divided, and heals', async () => {
    const links = (['a', 'b'] as const).map((to) => ({ from: 'c' as const, to, how: 'cut' as const }));
    expect(await change({ links })).toBe('witnessed');
    expect(await broker.cluster?.control('a', ['eval', 'length(nodes()).'])).toBe('1');
    expect(await change({ links: [] })).toBe('witnessed');
    expect(await whoAnswers(broker.description)).toEqual(['a', 'b', 'c']);
  });

  test('has links that let nothing pass one way', async () => {
    expect(await change({ links: [{ from: 'b', to: 'c', how: 'stalled' }] })).toBe('witnessed');
    expect(await broker.cluster?.restore()).toBe(false);
  });

  test('suspends a node, and drains one', async () => {
    expect(await change({ pause: 'c' })).toBe('witnessed');
    expect(await change({ resume: 'c' })).toBe('witnessed');
    expect(await change({ drain: 'c' })).toBe('witnessed');
    expect(await whoAnswers(broker.description)).toEqual(['a', 'b']);
    expect(await change({ revive: 'c' })).toBe('witnessed');
  });

  test('tells of a fault that did not happen', async () => {
    pretending.add('links').add('kill');
    const links = [{ from: 'b', to: 'c', how: 'cut' }] as const;
    expect(await change({ links })).toMatchObject({
      message: expect.stringMatching(
        /^A client sees messages pass from [bc] to [bc], where nothing was to pass/,
      ),
    });
    expect(await change({ kill: 'c' })).toMatchObject({ message: 'A client is still let in by node c.' });
    pretending.clear();
  });

  test('is thrown away when it is not whole, and made anew', async () => {
    const before = broker.description.nodes;
    await made?.members[1].kill();
    expect(broker.died()).toMatch('node b ended: killed by SIGKILL');
    expect(await broker.cluster?.restore()).toBe(true);
    expect(broker.died()).toBeUndefined();
    expect(await whoAnswers(broker.description)).toEqual(['a', 'b', 'c']);
    expect(broker.description.nodes).not.toEqual(before);
    expect(await readdir(temporary)).toHaveLength(3);
  });

  test('leaves nothing when it is stopped', async () => {
    expect(await relaysOf(process.pid)).toHaveLength(1);
    await broker.stop();
    expect(await readdir(temporary)).toEqual([]);
    await expect
      .poll(async () => [...(await nodesWithin(temporary)), ...(await relaysOf(process.pid))])
      .toEqual([]);
  });
});

/** What the embedded broker is, fetched if need be. */
async function installed(): Promise<Installation> {
  const cache = await cacheFolder();
  const before = await intactInstallation(cache);
  if (before === undefined) await (await embedded.start(never)).stop();
  const now = before ?? (await intactInstallation(cache));
  if (now === undefined) throw new Error('There is no broker.');
  return now;
}
