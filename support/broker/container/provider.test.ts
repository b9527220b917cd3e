import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { networkInterfaces } from 'node:os';
import { fileURLToPath } from 'node:url';

import { type ChannelModel, connect } from 'amqplib';
import { execa } from 'execa';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { builtImage } from '../../../fixtures/images/built.test-support.ts';
import { UsageError } from '../../errors.ts';
import { askUntil } from '../../waiting/until.ts';
import { allCapabilities, type Broker } from '../broker.ts';
import { findEngine } from './find-engine.ts';
import { containerProvider } from './provider.ts';
import { tlsSocket } from '../tls-socket.test-support.ts';

/** Lets Node.js load TypeScript where it does not do so by itself. */
const loader = new URL('../../typescript.mjs', import.meta.url).href;

const engine = await findEngine(process.env);
const whyNot = engine.works ? '' : ` (${engine.why})`;
const never = new AbortController().signal;
const root = fileURLToPath(new URL('../../..', import.meta.url));

describe.skipIf(!engine.works)(`with a container engine${whyNot}`, () => {
  let image: string;
  const tags: string[] = [];

  beforeAll(async () => {
    image = await builtImage('rabbitmq', 'bookworm');
  }, 600_000);

  afterAll(async () => {
    await Promise.all(tags.map(async (tag) => await execa('docker', ['rmi', '--force', tag])));
  });

  /** Another name of the image, by which its containers are told from those of other runs. */
  async function anotherTag(dockerfile: string): Promise<string> {
    const tag = `brokerproof/test:${randomBytes(6).toString('hex')}`;
    const env = { DOCKER_BUILDKIT: '0' };
    await execa('docker', ['build', '--quiet', '--tag', tag, '-'], { input: dockerfile, env });
    tags.push(tag);
    return tag;
  }

  async function containersOf(tag: string): Promise<string[]> {
    const { stdout } = await execa('docker', ['ps', '--all', '--format', '{{.Image}} {{.ID}}']);
    return stdout.split('\n').filter((line) => line.startsWith(`${tag} `));
  }

  async function seen(tag: string, count: number): Promise<string[]> {
    return await askUntil(
      async () => await containersOf(tag),
      (containers) => containers.length === count,
      { within: 30_000 },
    );
  }

  describe('a broker in a container', () => {
    let tag: string;
    let broker: Broker;
    const connections: ChannelModel[] = [];

    beforeAll(async () => {
      tag = await anotherTag(`FROM ${image}`);
      broker = await containerProvider({ ...process.env, BROKER_IMAGE: tag }).start(never);
    });
    afterEach(async () => {
      await Promise.allSettled(connections.splice(0).map(async (connection) => await connection.close()));
    });
    afterAll(async () => {
      await broker?.stop();
    });

    async function open(username = broker.description.username): Promise<ChannelModel> {
      const { amqp, password } = broker.description;
      const connection = await connect(
        {
          hostname: amqp.host,
          port: amqp.port,
          username,
          password: username === 'guest' ? 'guest' : password,
        },
        { noDelay: true },
      );
      connection.on('error', () => {});
      connections.push(connection);
      return connection;
    }

    async function keepMessage(queue: string): Promise<void> {
      const channel = await (await open()).createConfirmChannel();
      await channel.assertQueue(queue, { durable: true });
      channel.sendToQueue(queue, Buffer.from('kept'), { persistent: true });
      await channel.waitForConfirms();
      // What was declared last may be gone after a kill, with all that is in it: Mnesia writes late that it is committed
      await channel.assertQueue(`after ${queue}`, { durable: true });
    }

    /** Waits for lines of its log: the engine collects what the broker writes in its own time. */
    async function logged(lines: RegExp, since: number): Promise<string> {
      const log = await askUntil(
        async () => await broker.log(since),
        (text) => lines.test(text),
      );
      expect(log).toMatch(lines);
      return log;
    }

    async function keptMessage(queue: string): Promise<string | undefined> {
      const channel = await (await open()).createChannel();
      const message = await channel.get(queue, { noAck: true });
      return message === false ? undefined : message.content.toString();
    }

    test('tells what it is, and has every capability', async () => {
      expect(broker.description).toMatchObject({
        provider: 'container',
        title: `RabbitMQ 3.10.8, container (${tag})`,
        product: 'rabbitmq',
        version: '3.10.8',
        capabilities: allCapabilities,
        missing: {},
        environment: { BROKER: 'container', BROKER_IMAGE: tag },
      });
      expect(broker.died()).toBeUndefined();
    });

    test('is published on loopback alone', async (context) => {
      const { amqp, amqps, managementUrl } = broker.description;
      const ports = [amqp.port, amqps?.port, Number(new URL(managementUrl ?? '').port)];
      const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
      const elsewhere = all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
      context.skip(elsewhere === undefined, 'this machine has no IPv4 address but loopback');
      for (const port of ports) {
        const socket = createConnection({ host: elsewhere, port: port ?? 0 });
        await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED');
      }
    });

    test('has a management API for its administrator', async () => {
      const { managementUrl, username, password } = broker.description;
      const { statusCode, body } = await request(`${managementUrl}/api/whoami`, {
        headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
      });
      expect([statusCode, await body.json()]).toMatchObject([
        200,
        { name: 'brokerproof', tags: ['administrator'] },
      ]);
    });

    test('has a TLS listener whose certificate is good for its name', async () => {
      const socket = await tlsSocket(broker.description);
      expect(socket.authorized).toBe(true);
      socket.destroy();
    });

    test('refuses guest, who comes from elsewhere', async () => {
      await expect(open('guest')).rejects.toThrow(/403 \(ACCESS-REFUSED\)/);
    });

    test('runs rabbitmqctl, and throws what it complains of', async () => {
      expect(await broker.control(['--quiet', 'list_users'])).toMatch(/^brokerproof\t\[administrator\]$/m);
      await expect(broker.control(['no_such_command'])).rejects.toThrow(
        /rabbitmqctl no_such_command: exit code 64\n[^]*no_such_command/,
      );
    });

    test('gives its log from a moment on', async () => {
      const since = Date.now();
      await expect(open('guest')).rejects.toThrow('403');
      const log = await logged(/user 'guest'/, since);
      expect(log).not.toContain('started TCP listener');
      await logged(/started TCP listener/, 0);
    });

    test('restarts gracefully, with its data', async () => {
      await keepMessage('restarted');
      const since = Date.now();

      const description = await broker.restart();

      expect(broker.description).toEqual(description);
      await logged(/RabbitMQ is asked to stop[^]*started TCP listener on 0.0.0.0:5672/, since);
      expect(await keptMessage('restarted')).toBe('kept');
      expect(broker.died()).toBeUndefined();
    });

    test('is killed without warning, and comes back with its data', async () => {
      await keepMessage('killed');
      const since = Date.now();

      await broker.kill();

      const log = await logged(/started TCP listener on 0.0.0.0:5672/, since);
      expect(log).not.toContain('RabbitMQ is asked to stop');
      expect(await keptMessage('killed')).toBe('kept');
      expect(broker.died()).toBeUndefined();
    });

    test('is noticed when it ends by itself, and removed all the same', async () => {
      await broker.control(['eval', 'halt(3).']).catch(() => {});
      const death = await askUntil(
        async () => broker.died(),
        (how) => how !== undefined,
        // On a busy machine the engine tells some seconds later
        { within: 30_000 },
      );
      expect(death).toBe("the broker's container ended: exit code 3");
      await logged(/started TCP listener/, 0);

      await broker.stop();
      await broker.stop();
      expect(await containersOf(tag)).toEqual([]);
    });
  });

  test('an image that is not there and can not be pulled is named, with the reason of the engine', async () => {
    const missing = 'localhost:1/no/such/broker:1';
    const start = containerProvider({ ...process.env, BROKER_IMAGE: missing }).start(never);

    const error = await start.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toMatchObject({
      problem: expect.stringMatching(
        /^The image localhost:1\/no\/such\/broker:1 is not here and can't be pulled: .*connection refused\.$/,
      ),
      cure: expect.stringContaining('BROKER_IMAGE'),
    });
  });

  test('an image that is no broker is removed, and what it printed is told', async () => {
    const tag = await anotherTag(`FROM ${image}\nCMD ["sh", "-c", "echo there is no broker; exit 7"]`);
    const start = containerProvider({ ...process.env, BROKER_IMAGE: tag }).start(never);

    const error = await start.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toHaveProperty('problem', expect.stringMatching(/: exit code 7\.?\nthere is no broker$/));
    expect(await containersOf(tag)).toEqual([]);
  });

  test('a start that is called off leaves nothing', async () => {
    const tag = await anotherTag(`FROM ${image}`);
    const abort = new AbortController();
    const start = containerProvider({ ...process.env, BROKER_IMAGE: tag }).start(abort.signal);
    start.catch(() => {});
    expect(await seen(tag, 1)).toHaveLength(1);

    abort.abort(new Error('called off'));

    await expect(start).rejects.toThrow('called off');
    expect(await containersOf(tag)).toEqual([]);
  });

  test('a run that is killed while it starts a broker leaves nothing', async () => {
    const tag = await anotherTag(`FROM ${image}`);
    const program = `
      import { containerProvider } from './support/broker/container/provider.ts';
      await containerProvider(process.env).start(new AbortController().signal);
    `;
    const run = execa(process.execPath, ['--import', loader, '--input-type=module', '--eval', program], {
      cwd: root,
      env: { BROKER_IMAGE: tag },
      reject: false,
    });
    expect(await seen(tag, 1)).toHaveLength(1);

    run.kill('SIGKILL');

    expect((await run).signal).toBe('SIGKILL');
    expect(await seen(tag, 0)).toEqual([]);
  });
});
