import { existsSync, rmSync } from 'node:fs';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Broker, BrokerDescription } from '../broker/broker.ts';
import { embedded } from '../broker/node/embedded.ts';
import { readResults } from '../report/results.ts';
import { FaultyWay, someTrouble, type Trouble } from './faulty-way.test-support.ts';
import { ProjectCopy } from './project-copy.test-support.ts';
import { randomOf } from './random.test-support.ts';

/** Each takes several seconds, most of which it waits; `.ci/nightly` makes many. */
const runs = Number(process.env['FAULT_RUNS'] ?? 20);
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
const atOnce = 6;

/**
 * What a run may take in which all are silent: its set-up is asked again for a minute, and so is its clean-up, the last
 * question of each may take 20 s more, and there is the start. Such runs were seen to end after 122 to 144 s.
 */
const longestMs = 180_000;
/** What an interrupted one may take to end. */
const interruptedMs = 10_000;

const about = `{ says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried' }`;
const specs = {
  'faults/together.spec.ts': `
    import { claim, docs, expect } from '#support';
    claim('faults/receives', ${about}, async ({ queue, consumer, producer }) => {
      const tasks = await queue({ type: 'classic' });
      const worker = await consumer(tasks);
      await (await producer()).sendToQueue(tasks, ['1', '2', '3']);
      await expect(worker).toReceive(['1', '2', '3'], { within: 2_000 });
    });
    claim('faults/raw', ${about}, async ({ raw }) => {
      const client = await raw();
      await client.send('queue.declare', { queue: '', exclusive: true });
      await client.expect('queue.declare-ok');
    });
    claim('faults/counts', { ...${about}, needs: ['management', 'administration'] }, async ({ ownVirtualHost, queue, management }) => {
      const virtualHost = await ownVirtualHost();
      const tasks = await queue({ type: 'classic' });
      expect(await tasks.exists()).toBe(true);
      await management.in(virtualHost).queues.list();
    });`,
};
const inTheMiddle = {
  'killed/together.spec.ts': `
    import { claim, docs, expect } from '#support';
    for (let number = 1; number <= 8; number += 1) {
      claim('killed/waits-' + number, ${about}, async ({ queue, consumer, producer, raw }) => {
        const tasks = await queue({ type: 'classic' });
        const worker = await consumer(tasks);
        const client = await raw();
        await client.send('basic.consume', { queue: tasks.name, consumerTag: 'raw' });
        await client.expect('basic.consume-ok');
        console.log('It waits.');
        await Promise.all([client.expect('basic.deliver'), expect(worker).toReceive(['1'])]);
      });
    }`,
};

const provider = await embedded.available();
const limit = pLimit(atOnce);
const copies: ProjectCopy[] = [];
const killed = new ProjectCopy(inTheMiddle);

describe.skipIf(!provider.works)(
  `faults on the way, seed ${seed}${provider.works ? '' : `: ${provider.why}`}`,
  () => {
    let broker: Broker;
    beforeAll(async () => {
      broker = await embedded.start(new AbortController().signal);
    });
    afterAll(async () => {
      for (const copy of [killed, ...copies]) copy.remove();
      await broker?.stop();
    });

    test(
      `${runs} runs end by themselves, and accuse nobody`,
      async () => {
        const failures: string[] = [];
        const one = async (own: number): Promise<void> => {
          const failure = await run(own, broker.description);
          if (failure !== undefined) failures.push(failure);
        };
        await Promise.all(Array.from({ length: runs }, (_, index) => limit(() => one(seed + index))));
        expect(failures.join('\n\n')).toBe('');
      },
      (runs * longestMs) / atOnce + longestMs,
    );

    // The last one, as nobody has the broker after it
    test('a broker that is killed in the middle', async () => {
      const { amqp, managementUrl = '', username, password } = broker.description;
      const command = killed.command(['test'], {
        BROKER: 'external',
        AMQP_URL: `amqp://${username}:${password}@${amqp.host}:${amqp.port}`,
        MANAGEMENT_URL: managementUrl,
      });
      await killed.printed(command, /(It waits\.[^]*){8}/);
      await broker.stop();
      const { exitCode, all } = await command;
      expect(all).toContain('killed: 8 could not run');
      expect(exitCode).toBe(3);
    }, 120_000);
  },
);

/** What was wrong with a run, if something was. */
async function run(own: number, description: BrokerDescription): Promise<string | undefined> {
  const random = randomOf(own);
  const where = random(4);
  const onAmqp = where === 0 ? undefined : someTrouble(random);
  const onManagement = where >= 2 ? undefined : someTrouble(random);
  const interruptedAfter = random(4) === 0 ? random(8_000) : undefined;
  const copy = copies.pop() ?? new ProjectCopy(specs);
  rmSync(copy.report(''), { recursive: true, force: true });
  const { amqp, managementUrl = '', username, password } = description;
  const { hostname, port } = new URL(managementUrl);
  const ways = await Promise.all([
    FaultyWay.open(amqp, onAmqp, random),
    FaultyWay.open({ host: hostname, port: Number(port) }, onManagement, random),
  ]);
  const [toAmqp, toManagement] = ways.map(({ address }) => `${address.host}:${address.port}`);
  const command = copy.command(['test'], {
    BROKER: 'external',
    AMQP_URL: `amqp://${username}:${password}@${toAmqp}`,
    MANAGEMENT_URL: `http://${toManagement}`,
  });
  const startedAt = performance.now();
  let killed: string | undefined;
  const kill = (what: string) => () => {
    killed = what;
    process.kill(-(command.pid ?? 0), 'SIGKILL');
  };
  const timers = [setTimeout(kill(`It did not end within ${longestMs} ms.`), longestMs)];
  let interrupted = false;
  if (interruptedAfter !== undefined) {
    command.all.once('data', () => {
      timers.push(
        setTimeout(() => {
          interrupted = true;
          process.kill(-(command.pid ?? 0), 'SIGINT');
          timers.push(
            setTimeout(kill(`It did not end within ${interruptedMs} ms of SIGINT.`), interruptedMs),
          );
        }, interruptedAfter),
      );
    });
  }
  const { exitCode, signal, all } = await command;
  for (const timer of timers) clearTimeout(timer);
  const took = Math.round(performance.now() - startedAt);
  const struck = ways.map((way) => way.struck);
  for (const way of ways) way.close();
  const wrong = killed ?? wrongWith(copy, exitCode ?? signal, interrupted);
  await copy.nothingIsLeft();
  copies.push(copy);
  const told = `seed ${own}: ${inWords(onAmqp)} by AMQP (${struck[0]} struck), ${inWords(onManagement)} by HTTP (${struck[1]}), ${interruptedAfter === undefined ? '' : `SIGINT ${interruptedAfter} ms after its first word, `}${exitCode ?? signal} after ${took} ms`;
  console.log(told);
  return wrong === undefined ? undefined : `${told}: ${wrong}\n${all}`;
}

function wrongWith(
  copy: ProjectCopy,
  ended: number | string | undefined,
  interrupted: boolean,
): string | undefined {
  // One that had not yet got so far as to heed a signal is ended by it
  if (interrupted && (ended === 130 || ended === 'SIGINT')) return undefined;
  const file = copy.report('results.json');
  const { claims, problems } = existsSync(file) ? readResults(file) : { claims: [], problems: [] };
  const verdicts = claims.map(({ verdict }) => verdict);
  if (verdicts.includes('violated')) return 'A claim is violated.';
  if (ended === 2 && claims.length > 0) return `Specs ran, and it is wrong use: ${problems.join('\n')}`;
  if (ended === 2 || ended === 3) return undefined;
  if (ended !== 0) return 'The exit code is none of those.';
  const allHold =
    claims.length === 3 && verdicts.every((verdict) => ['holds', 'not testable'].includes(verdict));
  return allHold ? undefined : 'It is green without reason.';
}

function inWords(trouble: Trouble | undefined): string {
  if (trouble === undefined) return 'nothing';
  const { fault, at, from, ofTen } = trouble;
  const when = typeof at === 'object' ? `${at.octets} octets` : at;
  return `${fault} at ${when} from connection ${from} on, ${ofTen} of 10`;
}
