import { randomBytes } from 'node:crypto';

import { connect } from 'amqplib';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { builtImage } from '../../../fixtures/images/built.test-support.ts';
import { UsageError } from '../../errors.ts';
import type { Broker } from '../broker.ts';
import { findEngine } from './find-engine.ts';
import { containerProvider } from './provider.ts';

const engine = await findEngine(process.env);
const never = new AbortController().signal;

describe.skipIf(!engine.works)(
  `a broker that its image configures${engine.works ? '' : ` (${engine.why})`}`,
  () => {
    let image: string;
    const tags: string[] = [];

    beforeAll(async () => {
      image = await builtImage('garagemq', 'bookworm');
    }, 600_000);

    afterAll(async () => {
      await Promise.all(tags.map(async (tag) => await execa('docker', ['rmi', '--force', tag])));
    });

    /** Another name of the image, by which its containers are told from those of other runs. */
    async function derived(...lines: string[]): Promise<string> {
      const tag = `brokerproof/test:${randomBytes(6).toString('hex')}`;
      await execa('docker', ['build', '--quiet', '--tag', tag, '-'], {
        input: [`FROM ${image}`, ...lines].join('\n'),
        env: { DOCKER_BUILDKIT: '0' },
      });
      tags.push(tag);
      return tag;
    }

    async function containersOf(tag: string): Promise<string[]> {
      const { stdout } = await execa('docker', ['ps', '--all', '--format', '{{.Image}} {{.ID}}']);
      return stdout.split('\n').filter((line) => line.startsWith(`${tag} `));
    }

    async function refused(tag: string): Promise<UsageError> {
      const start = containerProvider({ ...process.env, BROKER_IMAGE: tag }).start(never);
      const error: unknown = await start.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UsageError);
      return error as UsageError;
    }

    describe('runs', () => {
      let tag: string;
      let broker: Broker;

      beforeAll(async () => {
        tag = await derived();
        broker = await containerProvider({ ...process.env, BROKER_IMAGE: tag }).start(never);
      });
      afterAll(async () => {
        await broker?.stop();
      });

      async function inChannel<Result>(
        what: (
          channel: Awaited<ReturnType<Awaited<ReturnType<typeof connect>>['createConfirmChannel']>>,
        ) => Promise<Result>,
      ): Promise<Result> {
        const { amqp, username, password } = broker.description;
        const connection = await connect(
          { hostname: amqp.host, port: amqp.port, username, password },
          { noDelay: true },
        );
        try {
          return await what(await connection.createConfirmChannel());
        } finally {
          await connection.close();
        }
      }

      const keep = async (queue: string): Promise<void> =>
        await inChannel(async (channel) => {
          await channel.assertQueue(queue, { durable: true });
          channel.sendToQueue(queue, Buffer.from('kept'), { persistent: true });
          await channel.waitForConfirms();
        });

      const kept = async (queue: string): Promise<string | undefined> =>
        await inChannel(async (channel) => {
          const message = await channel.get(queue, { noAck: true });
          return message === false ? undefined : message.content.toString();
        });

      test('as what it says of itself, and tells why it lacks what it lacks', () => {
        expect(broker.description).toMatchObject({
          provider: 'container',
          title: `garagemq 0.1, container (${tag})`,
          product: 'garagemq',
          version: '0.1',
          username: 'guest',
          password: 'guest',
          virtualHost: '/',
          capabilities: ['restart', 'kill', 'log'],
          missing: {
            management: 'what answers on port 15672 is not a management API (GET /api/overview: status 404)',
            ctl: expect.stringContaining('not taken for RabbitMQ') as string,
            tls: expect.stringContaining('not known') as string,
            guest: expect.stringContaining('not known') as string,
            tick: expect.stringContaining('those of its image') as string,
          },
          environment: { BROKER: 'container', BROKER_IMAGE: tag },
        });
        expect(broker.description).not.toHaveProperty('managementUrl');
      });

      test('without rabbitmqctl, and says so', async () => {
        await expect(broker.control(['list_users'])).rejects.toThrow(
          "rabbitmqctl can't be run: the image is not taken for RabbitMQ",
        );
      });

      test('again after a graceful restart, with its data', async () => {
        await keep('restarted');
        const since = Date.now();

        await broker.restart();

        // The engine collects what the broker writes in its own time
        await expect
          .poll(() => broker.log(since), { timeout: 10_000 })
          .toMatch(/Received \[\d+:terminated\] signal[^]*Server started/);
        expect(await kept('restarted')).toBe('kept');
        expect(broker.died()).toBeUndefined();
      });

      test('again after it was killed without warning, with its data', async () => {
        await keep('killed');
        const since = Date.now();

        await broker.kill();

        expect(await broker.log(since)).not.toContain('signal');
        expect(await kept('killed')).toBe('kept');
        expect(broker.died()).toBeUndefined();
      });

      test('until it is stopped, and is removed then', async () => {
        expect(await containersOf(tag)).toHaveLength(1);
        await broker.stop();
        expect(await containersOf(tag)).toEqual([]);
      });
    });

    test('and that has another user than its labels tell is no broker that answers', async () => {
      const tag = await derived(
        'LABEL brokerproof.username=nobody',
        'CMD ["sh", "-c", "timeout --signal KILL 4 garagemq --config /etc/garagemq/config.yaml"]',
      );

      const { problem, cure } = await refused(tag);

      expect(problem).toContain(`The image ${tag} did not produce a broker that answers: `);
      expect(problem).toContain('login failure');
      expect(cure).toContain('knows the user of its labels, nobody');
      expect(await containersOf(tag)).toEqual([]);
    });

    test('and of which only a user is told, without a password, is refused before it runs', async () => {
      const base = await execa('docker', ['build', '--quiet', '-'], {
        input: 'FROM scratch\nLABEL brokerproof.username=guest\nCMD ["none"]',
        env: { DOCKER_BUILDKIT: '0' },
      });
      tags.push(base.stdout);

      expect(await refused(base.stdout)).toMatchObject({
        problem: `The image ${base.stdout} has the label brokerproof.username, but not brokerproof.password.`,
        cure: expect.stringContaining('Give it both') as string,
      });
    });
  },
);
