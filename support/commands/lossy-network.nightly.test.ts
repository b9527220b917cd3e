import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { embedded } from '../broker/node/embedded.ts';
import { readResults } from '../report/results.ts';
import { FaultyWay, type Trouble } from './faulty-way.test-support.ts';
import { ProjectCopy } from './project-copy.test-support.ts';
import { oneOf, randomOf } from './random.test-support.ts';

/** One of about a hundred claims takes half a minute, and one in which connections go silent a minute more. */
const runs = 8;
const longestMs = 240_000;
const areas = ['channels', 'connections', 'consuming', 'permissions', 'publishing', 'queues', 'tutorials'];
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);

/**
 * Silence is left out: where a broker has refused something on a connection, a network that swallows what comes afterwards
 * looks like a broker that has ended it without a word.
 */
const faults = ['FIN', 'RST', 'garbage'] as const;

/** Of claims whose specs break the protocol, so that a broker may end their connections at any moment. */
const breaksProtocol = 'the wire';

const provider = await embedded.available();
const project = new ProjectCopy();

describe.skipIf(!provider.works)(`a network that loses one connection in ten, seed ${seed}`, () => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await embedded.start(new AbortController().signal);
  });
  afterAll(async () => {
    project.remove();
    await broker?.stop();
  });

  test.for(Array.from({ length: runs }, (_, index) => seed + index))(
    'seed %i: no spec accuses the broker',
    { timeout: longestMs },
    async (own) => {
      const random = randomOf(own);
      // A connection has said about 480 octets when it is open
      const at = { octets: 480 + random(2_000) };
      const trouble: Trouble = { fault: oneOf(faults, random), at, from: 10 + random(60), ofTen: 1 };
      const { amqp, managementUrl = '', username, password } = broker.description;
      const way = await FaultyWay.open(amqp, trouble, random);
      const { exitCode, all } = await project.command(['test', ...areas], {
        BROKER: 'external',
        AMQP_URL: `amqp://${username}:${password}@${way.address.host}:${way.address.port}`,
        MANAGEMENT_URL: managementUrl,
      });
      way.close();

      expect(way.struck, 'connections that were struck').toBeGreaterThan(0);
      const { claims } = readResults(project.report('results.json'));
      const accused = claims.filter(
        ({ tags, verdict }) => verdict === 'violated' && !tags.includes(breaksProtocol),
      );
      expect(
        accused.map(({ id, reason }) => `${id}: ${reason}`),
        `${JSON.stringify(trouble)}\n${all}`,
      ).toEqual([]);
      expect([0, 3]).toContain(exitCode);
    },
  );
});
