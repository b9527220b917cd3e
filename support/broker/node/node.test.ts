import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

import { type ChannelModel, connect } from 'amqplib';
import { pEvent } from 'p-event';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import type { Address, Broker, BrokerDescription } from '../broker.ts';
import { embedded } from './embedded.ts';
import { startNode } from './node.ts';
import { cacheFolder, intactInstallation } from './package-cache.ts';
import { tlsSocket } from '../tls-socket.test-support.ts';

/** Lets Node.js load TypeScript where it does not do so by itself. */
const loader = new URL('../../typescript.mjs', import.meta.url).href;

const never = new AbortController().signal;
const transient = 'kept in memory';
const durable = 'kept on disk';

describe('a node', () => {
  let broker: Broker;

  beforeAll(async () => {
    broker = await embedded.start(never);
  });

  afterAll(() => broker.stop());

  test('describes itself', () => {
    expect(broker.description).toMatchObject({
      provider: 'embedded',
      product: 'rabbitmq',
      title: expect.stringMatching(/^RabbitMQ \d+\.\d+\.\d+, embedded \(\w+ packages, Erlang\/OTP .*\)$/),
      username: 'brokerproof',
      environment: { BROKER: 'embedded' },
    });
    expect(broker.died()).toBeUndefined();
  });

  test('lets guest in from its own host, who may do nothing', async () => {
    const { amqpFromOwnHost } = broker.description;
    await expect(open(amqpFromOwnHost, 'guest', 'guest')).rejects.toThrow('ConnectionClose');
    expect(await broker.control(['list_users', '-q'])).toMatch(/^guest\s+\[\]$/m);
    await broker.control(['set_permissions', 'guest', '.*', '.*', '.*']);
    await (await open(amqpFromOwnHost, 'guest', 'guest')).close();
  });

  test('lets all but guest in from elsewhere', async (context) => {
    const { amqpFromElsewhere, missing, username, password } = broker.description;
    context.skip(amqpFromElsewhere === undefined, missing.guest);
    await Promise.all([broker.openToElsewhere?.(), broker.openToElsewhere?.()]);
    await broker.closeToElsewhere?.();
    await expect(open(amqpFromElsewhere, 'guest', 'guest')).rejects.toThrow(/ACCESS.REFUSED/);
    await (await open(amqpFromElsewhere, username, password)).close();
    await broker.closeToElsewhere?.();
    await expect
      .poll(() => open(amqpFromElsewhere, username, password).catch(String))
      .toMatch('ECONNREFUSED');
  });

  test('has a TLS listener with the certificate of its description', async () => {
    const socket = await tlsSocket(broker.description);
    expect(socket.getPeerCertificate().subject.CN).toBe(broker.description.amqps?.serverName);
    socket.destroy();
  });

  test('keeps the management API at most about a second behind', async () => {
    const connection = await openAdministrator(broker.description);
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('counted');
    channel.sendToQueue('counted', Buffer.from('one'));
    await channel.waitForConfirms();
    await expect
      .poll(async () => (await management(broker.description, '/api/queues/%2F/counted'))['messages'], {
        timeout: 4_000,
      })
      .toBe(1);
    await connection.close();
  });

  test('is controlled with rabbitmqctl', async () => {
    expect(await broker.control(['list_users', '-q'])).toMatch(/^brokerproof\s+\[administrator\]$/m);
    await expect(broker.control(['no_such_command'])).rejects.toThrow('no_such_command');
    for (const wrong of ['no_such:function()', 'no expression', 'exit(why)'])
      await expect(broker.control(['eval', wrong])).rejects.toThrow(`could not evaluate ${wrong}`);
    const interval = await broker.control(['eval', 'application:get_env(rabbit,channel_tick_interval).']);
    expect(interval).toContain('{ok,1000}');
  });

  test('gives its log from a moment on', async () => {
    const since = Date.now();
    const connection = await openAdministrator(broker.description);
    const channel = await connection.createChannel();
    channel.on('error', () => {}); // the refusal comes here too
    await expect(channel.checkQueue('nowhere')).rejects.toThrow('404');
    await connection.close();
    await expect.poll(() => broker.log(since)).toContain("no queue 'nowhere'");
    expect(await broker.log(since)).not.toContain('Server startup complete');
    expect(await broker.log(0)).toContain('Server startup complete');
  });

  test('tells clients of a restart, and keeps its addresses and what is durable', async () => {
    const connection = await openAdministrator(broker.description);
    await fill(connection);
    // A close by an operator is no error to this client.
    const closed = pEvent(connection, 'close', { timeout: 20_000, rejectionEvents: [] });
    const before = broker.description;
    const [error] = await Promise.all([closed, broker.restart()]);
    expect(String(error)).toContain('320');
    expect(String(error)).toContain('CONNECTION_FORCED');
    expect(broker.description).toEqual(before);
    expect(await contents(broker.description)).toEqual([durable]);
    expect(broker.died()).toBeUndefined();
  });

  test('is killed without a word, and keeps its addresses and what is durable', async () => {
    const connection = await openAdministrator(broker.description);
    await fill(connection);
    const closed = pEvent(connection, ['error', 'close'], { timeout: 20_000, rejectionEvents: [] });
    const before = broker.description;
    const [error] = await Promise.all([closed, broker.kill()]);
    expect(String(error)).not.toContain('320');
    expect(broker.description).toEqual(before);
    expect(await contents(broker.description)).toEqual([durable]);
  });

  test('runs beside another', async () => {
    const other = await embedded.start(never);
    try {
      const connection = await openAdministrator(other.description);
      await (await connection.createChannel()).assertQueue('only there');
      await connection.close();
      await expect(management(broker.description, '/api/queues/%2F/only%20there')).rejects.toThrow('404');
      expect(await other.control(['list_queues', '-q', 'name'])).toContain('only there');
    } finally {
      await other.stop();
    }
    await (await openAdministrator(broker.description)).close();
  });
});

test('an end that nobody asked for is told, and stop cleans up after it', async () => {
  const broker = await embedded.start(never);
  const folder = folderOf(broker.description);
  await broker.control(['eval', 'erlang:halt(7).']).catch(() => {});
  await expect.poll(() => broker.died(), { timeout: 10_000 }).toBe("the broker's process ended: exit code 7");
  await broker.stop();
  await broker.stop();
  expect(existsSync(folder)).toBe(false);
  await expect.poll(() => processesOf(folder)).toEqual([]);
});

describe('a start that does not end well', () => {
  let temporary: string;

  beforeEach(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'brokerproof-start-'));
    vi.stubEnv('TMPDIR', temporary);
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(temporary, { recursive: true });
  });

  test('tells why it failed, and leaves nothing', async () => {
    const program = join(temporary, 'rabbitmq-server');
    await writeFile(program, '#!/bin/sh\necho "this can not work"\nexit 3\n', { mode: 0o755 });
    const broken = {
      origin: '',
      server: program,
      control: program,
      epmd: program,
      path: '/bin',
      libraries: [],
    };
    const starting = startNode('local', broken, never);
    await expect(starting).rejects.toThrow(/ended before it answered: exit code 3\n.*this can not work/s);
    expect(await readdir(temporary)).toEqual(['rabbitmq-server']);
  });

  test('is restarted when its port mapper takes its time to go', { timeout: 60_000 }, async () => {
    const installation = await intactInstallation(await cacheFolder());
    if (installation === undefined) throw new Error('There is no broker.');
    const late = join(temporary, 'epmd');
    // In a session of its own, and ended half a second after who started it
    await writeFile(
      late,
      `#!/bin/sh
setsid ${installation.epmd} "$@" &
mapper=$!
setsid sh -c "while [ -e /proc/$$/exe ]; do sleep 0.02; done; sleep 0.5; kill $mapper" &
wait
`,
      { mode: 0o755 },
    );
    const broker = await startNode('local', { ...installation, epmd: late }, never);
    try {
      await broker.restart();
      expect(broker.died()).toBeUndefined();
    } finally {
      await broker.stop();
    }
  });

  test('leaves nothing when it is aborted', async () => {
    const abort = new AbortController();
    const failure = embedded.start(abort.signal).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const processes = async (): Promise<string[]> => {
      const [folder] = await readdir(temporary);
      return folder === undefined ? [] : await processesOf(join(temporary, folder));
    };
    await expect
      .poll(async () => (await processes()).length, { timeout: 30_000, interval: 20 })
      .toBeGreaterThan(2);
    const [folder = ''] = await readdir(temporary);
    abort.abort(new Error('Ctrl-C'));
    expect(await failure).toMatchObject({ message: 'Ctrl-C' });
    expect(await readdir(temporary)).toEqual([]);
    await expect.poll(() => processesOf(join(temporary, folder))).toEqual([]);
  });

  test('says when there is no place for temporary files', async () => {
    const missing = join(temporary, 'missing');
    vi.stubEnv('TMPDIR', missing);
    await expect(embedded.start(never)).rejects.toThrow(
      `can't be started with its folder in ${missing}: it does not exist`,
    );
  });

  test.runIf(process.getuid?.() === 0)('says when the disk fills up meanwhile', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', temporary]);
    try {
      const failure = embedded.start(never).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      const logs = async () => {
        const folders = await readdir(temporary);
        return folders.filter((folder) => existsSync(join(temporary, folder, 'log')));
      };
      await expect.poll(logs, { timeout: 30_000, interval: 20 }).toHaveLength(1);
      await writeFile(join(temporary, 'filler'), Buffer.alloc(80e6)).catch(() => {});
      expect(await failure).toMatchObject({
        name: 'UsageError',
        message: expect.stringContaining(
          `A broker can't be started with its folder in ${temporary}: no space is left there.`,
        ) as string,
      });
      expect(await readdir(temporary)).toEqual(['filler']);
    } finally {
      execFileSync('umount', ['--lazy', temporary]);
    }
  });
});

test('a stop in the middle of a restart leaves nothing', async () => {
  const broker = await embedded.start(never);
  const folder = folderOf(broker.description);
  const restarting = broker.restart().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  await expect.poll(() => broker.log(0), { timeout: 10_000 }).toContain('is asked to stop');
  await broker.stop();
  expect(await restarting).toMatchObject({ message: 'The broker was stopped.' });
  expect(existsSync(folder)).toBe(false);
  await expect.poll(() => processesOf(folder)).toEqual([]);
});

test('a run that is killed leaves nothing', async () => {
  const module = JSON.stringify(new URL('./embedded.ts', import.meta.url).href);
  const source = `
    import { embedded } from ${module};
    const broker = await embedded.start(new AbortController().signal);
    console.log(broker.description.amqps.caFile);
    setInterval(() => {}, 1000);`;
  const run = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [caFile] = (await once(createInterface({ input: run.stdout }), 'line')) as [string];
  const folder = dirname(caFile);
  expect((await processesOf(folder)).length).toBeGreaterThan(1);
  run.kill('SIGKILL');
  await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false);
  await expect.poll(() => processesOf(folder), { timeout: 10_000 }).toEqual([]);
});

async function open(address: Address | undefined, username: string, password: string): Promise<ChannelModel> {
  const { host = '', port = 0 } = address ?? {};
  const connection = await connect({ hostname: host, port, username, password }, { noDelay: true });
  connection.on('error', () => {});
  return connection;
}

async function openAdministrator({ amqp, username, password }: BrokerDescription): Promise<ChannelModel> {
  return await open(amqp, username, password);
}

async function management(
  { managementUrl, username, password }: BrokerDescription,
  path: string,
): Promise<Record<string, unknown>> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const { statusCode, body } = await request(`${managementUrl}${path}`, {
    headers: { authorization },
    reset: true,
  });
  if (statusCode !== 200) {
    await body.dump();
    throw new Error(String(statusCode));
  }
  return (await body.json()) as Record<string, unknown>;
}

async function fill(connection: ChannelModel): Promise<void> {
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('survives', { durable: true });
  // What was declared last may be gone after a kill: Mnesia writes late that it is committed
  await channel.assertQueue('after it', { durable: true });
  await channel.purgeQueue('survives');
  channel.sendToQueue('survives', Buffer.from(durable), { persistent: true });
  channel.sendToQueue('survives', Buffer.from(transient), { persistent: false });
  await channel.waitForConfirms();
}

async function contents(description: BrokerDescription): Promise<string[]> {
  const connection = await openAdministrator(description);
  const channel = await connection.createChannel();
  const get = (): ReturnType<typeof channel.get> => channel.get('survives', { noAck: true });
  const found: string[] = [];
  for (let message = await get(); message !== false; message = await get())
    found.push(message.content.toString());

  await connection.close();
  return found;
}

function folderOf({ amqps }: BrokerDescription): string {
  return dirname(amqps?.caFile ?? '');
}

/** Processes that have the folder as their home. */
async function processesOf(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`HOME=${folder}`);
    } catch {
      return false;
    }
  });
}
