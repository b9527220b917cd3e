import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtImage } from '../../fixtures/images/built.test-support.ts';
import type { Broker, ProviderName } from '../broker/broker.ts';
import { findEngine } from '../broker/container/find-engine.ts';
import { embedded } from '../broker/node/embedded.ts';
import { local } from '../broker/node/local.ts';
import { ManagementClient } from '../management/client.ts';
import { endings } from '../run/endings.ts';
import { askUntil } from '../waiting/until.ts';
import { ProjectCopy } from './project-copy.test-support.ts';
import { oneOf, randomOf } from './random.test-support.ts';

const interrupts = Number(process.env['INTERRUPTS'] ?? 60);
const seed = Number(process.env['INTERRUPTS_SEED'] ?? Date.now() % 1_000_000);

/** What an interrupted command may take to end, and then what it has started may take to go. */
const longestMs = 10_000;
/** By then a run of these claims has ended. */
const latestMs = 10_000;

const about = `documented: [docs('queues')], queueTypes: 'unvaried'`;
const project = new ProjectCopy({
  'random/together.spec.ts': `
    import { claim, docs, expect, mutants } from '#support';
    claim('random/receives', { says: 'It is received.', ${about}, refutedBy: [mutants.routingKeysIgnored] }, async ({ queue, exchange, producer }) => {
      const direct = await exchange('direct');
      const tasks = await queue({ type: 'classic' });
      await tasks.bindTo(direct, 'one');
      const sender = await producer();
      await sender.publish(direct, 'other', '1');
      await sender.publish(direct, 'one', '2');
      await expect(tasks).toReceive(['2']);
    });
    claim('random/by-a-program', { says: 'It waits.', ${about}, irrefutable: 'It is made up.', needs: ['administration'] }, async ({ ownVirtualHost, program, queue }) => {
      await ownVirtualHost();
      const worker = await program('worker', { queue: await queue({ type: 'classic' }) });
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await worker.exit();
    });`,
}).withPages();

const works = await embedded.available();
const engine = await findEngine(process.env);

describe.skipIf(!works.works)(
  `interrupted at random, seed ${seed}${works.works ? '' : `: ${works.why}`}`,
  () => {
    const providers: ProviderName[] = ['embedded', 'external'];
    const tag = `brokerproof/interrupted:${randomBytes(6).toString('hex')}`;
    let theirs: Broker;

    beforeAll(async () => {
      theirs = await embedded.start(new AbortController().signal);
      if ((await local.available()).works) providers.push('local');
      if (!engine.works) return;
      await execa('docker', ['tag', await builtImage('rabbitmq', 'bookworm'), tag]);
      providers.push('container');
    }, 600_000);

    afterAll(async () => {
      project.remove();
      await theirs?.stop();
      if (providers.includes('container')) await execa('docker', ['rmi', tag]);
    });

    function management(): ManagementClient {
      const { managementUrl: url = '', username, password } = theirs.description;
      return new ManagementClient({ url, username, password });
    }

    /** What stands for a broker on the command line of those commands that take it there. */
    function named(provider: ProviderName): string {
      const { amqp, username, password, managementUrl } = theirs.description;
      const url = `amqp://${username}:${password}@${amqp.host}:${amqp.port},${managementUrl}`;
      return { embedded: 'embedded', local: 'local', container: tag, external: url }[provider];
    }

    function environmentOf(provider: ProviderName): Record<string, string> {
      const [amqp = '', url = ''] = named('external').split(',');
      const external = { AMQP_URL: amqp, MANAGEMENT_URL: url };
      return {
        BROKER: provider,
        ...(provider === 'external' ? external : {}),
        ...(provider === 'container' ? { BROKER_IMAGE: tag } : {}),
      };
    }

    /** What is left of a command, by anybody who can tell. */
    async function left(provider: ProviderName, signal: string): Promise<string[]> {
      const found = [...project.processes().map(({ command }) => command), ...project.files()];
      if (provider === 'container') {
        const { stdout } = await execa('docker', ['ps', '--all', '--format', '{{.Image}} {{.ID}}']);
        found.push(...stdout.split('\n').filter((line) => line.startsWith(`${tag} `)));
      }
      // Who is killed removes nothing from a broker that goes on living
      if (provider === 'external' && signal !== 'SIGKILL') found.push(...(await madeOnTheirs()));
      return found;
    }

    async function madeOnTheirs(): Promise<string[]> {
      const api = management();
      const found = [...(await api.virtualHosts.list()), ...(await api.users.list())].map(({ name }) => name);
      await api.close();
      return found.filter((name) => name.startsWith('brokerproof-'));
    }

    async function interruptedOnce(own: number): Promise<string | undefined> {
      const random = randomOf(own);
      const signal = oneOf(['SIGINT', 'SIGINT', 'SIGTERM', 'SIGKILL'] as const, random);
      const what = oneOf(
        ['test', 'test', 'prove', 'matrix', 'compare', 'profile', 'claims'] as const,
        random,
      );
      const provider = oneOf(providers, random);
      const since = oneOf(['its start', 'its first word'] as const, random);
      const moment = random(latestMs);
      const args = {
        test: [],
        prove: [],
        claims: [],
        matrix: [named(provider)],
        compare: [named(provider), named(provider)],
        profile: [named(provider)],
      }[what];
      const command = project.command([what, ...args], environmentOf(provider));
      const ended = command.then(({ exitCode, signal: by }) => exitCode ?? by);
      if (since === 'its first word') await Promise.race([ended, once(command.all, 'data')]);
      const early = await Promise.race([ended, after(moment, 'runs' as const)]);
      let code: number | string | undefined = early;
      let wrong: string | undefined;
      const signalled = performance.now();
      if (early === 'runs') {
        // As a terminal does it, every process in the foreground gets it; as a service manager does it, one
        if (signal === 'SIGINT') process.kill(-(command.pid ?? 0), signal);
        else process.kill(command.pid ?? 0, signal);
        code = await Promise.race([ended, after(longestMs, 'late' as const)]);
        if (code === 'late') {
          wrong = `It did not end within ${longestMs} ms.`;
          try {
            process.kill(-(command.pid ?? 0), 'SIGKILL');
          } catch {
            wrong += ' It has ended by now, or something that it started holds what it prints to.';
          }
        } else if (code !== signal && code !== (what === 'profile' ? 3 : endings.get(signal)))
          wrong = 'The exit code is another.';
      }
      const took = Math.round(performance.now() - signalled);
      const leftBehind = await askUntil(
        async () => await left(provider, early === 'runs' ? signal : 'none'),
        (found) => found.length === 0,
        { within: longestMs, interval: 200 },
      );
      const gone = Math.round(performance.now() - signalled);
      if (leftBehind.length > 0) wrong = `${wrong ?? ''} It left ${leftBehind.join('\n')}`;
      const told = `seed ${own}: ${what} with ${provider}, ${early === 'runs' ? `${signal} ${moment} ms after ${since}` : 'ended before'}: ${code} after ${took} ms, nothing left after ${gone} ms`;
      console.log(told);
      if (provider === 'external') await removeFromTheirs();
      return wrong === undefined
        ? undefined
        : `${told}: ${wrong}\n${code === 'late' ? '' : (await command).all}`;
    }

    async function removeFromTheirs(): Promise<void> {
      const api = management();
      for (const resources of [api.virtualHosts, api.users]) {
        const ours = (await resources.list()).filter(({ name }) => name.startsWith('brokerproof-'));
        for (const { name } of ours) await resources.delete(name);
      }
      await api.close();
    }

    test(
      `${interrupts} commands end, with nothing left`,
      async () => {
        const failures: string[] = [];
        for (let index = 0; index < interrupts; index += 1) {
          const failure = await interruptedOnce(seed + index);
          if (failure !== undefined) failures.push(failure);
        }
        expect(failures.join('\n\n')).toBe('');
      },
      interrupts * 60_000,
    );
  },
);
