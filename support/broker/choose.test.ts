import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { builtImage } from '../../fixtures/images/built.test-support.ts';
import { UsageError } from '../errors.ts';
import type { Broker } from './broker.ts';
import { chooseBroker, choose as chooseTwo } from './choose.ts';
import { findEngine } from './container/find-engine.ts';
import { embedded } from './node/embedded.ts';
import { local } from './node/local.ts';
import { cacheFolder, intactInstallation } from './node/package-cache.ts';

const engine = await findEngine(process.env);
const whyNot = engine.works ? '' : ` (${engine.why})`;
const never = new AbortController().signal;
const hasNode = (await local.available()).works || (await embedded.available()).works;
const noEngine = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
const noImage = { BROKER_IMAGE: 'localhost:1/no/such/broker:1' };
const noBroker = { AMQP_URL: 'amqp://me:secret@127.0.0.1:1' };

let emptyFolder: string;
const said: string[] = [];
function say(line: string): void {
  return void said.push(line);
}

beforeAll(async () => {
  emptyFolder = await mkdtemp(join(tmpdir(), 'brokerproof-test-'));
});
beforeEach(() => {
  said.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await rm(emptyFolder, { recursive: true });
});

/** Neither an installed broker nor the means to fetch one are found from now on. */
function bareMachine(): void {
  vi.stubEnv('PATH', emptyFolder);
  vi.stubEnv('HOME', emptyFolder);
  vi.stubEnv('XDG_CACHE_HOME', emptyFolder);
}

async function choose(environment: Record<string, string>, signal: AbortSignal = never): Promise<Broker> {
  return await chooseBroker({ environment, signal, say });
}

async function refusal(environment: Record<string, string>): Promise<UsageError> {
  const error = await choose(environment).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  return error as UsageError;
}

test('another value of BROKER is refused, with those that are known', async () => {
  const error = await refusal({ BROKER: 'docker' });
  expect(error.problem).toBe('BROKER=docker is not a way to get a broker.');
  expect(error.cure).toContain('auto, external, container, local, embedded');
});

describe('a provider that is named and does not work is an error, and no other is taken', () => {
  test('external without a URL', async () => {
    const error = await refusal({ BROKER: 'external' });
    expect(error.problem).toBe('BROKER=external does not work here: AMQP_URL is not set.');
    expect(said).toEqual([]);
  });

  test('external with a URL where nothing is', async () => {
    const error = await refusal({ BROKER: 'external', ...noBroker });
    expect(error.problem).toBe('Nothing listens at 127.0.0.1:1, where AMQP_URL points.');
  });

  test('container without an engine', async () => {
    const error = await refusal({ BROKER: 'container', ...noEngine });
    expect(error.problem).toContain('no container engine can be used at DOCKER_HOST=tcp://127.0.0.1:1');
  });

  test.skipIf(!engine.works)('container with an image that can not be pulled', async () => {
    const error = await refusal({ BROKER: 'container', ...noImage });
    expect(error.problem).toContain("The image localhost:1/no/such/broker:1 is not here and can't be pulled");
  });

  test.each(['local', 'embedded'])('%s on a bare machine', async (name) => {
    bareMachine();
    const error = await refusal({ BROKER: name, ...noEngine });
    expect(error.problem).toMatch(new RegExp(`^BROKER=${name} does not work here: `));
    expect(error.cure).not.toBe('');
  });
});

test('auto tells why each does not work when none does, and does not speak of external without a URL', async () => {
  bareMachine();
  const { problem, cure } = await refusal(noEngine);

  expect(problem).toMatch(
    /^No broker is available: container: no container engine .+; local: .+; embedded: .+\.$/,
  );
  expect(cure).toMatch(/container: .+ local: .+ embedded: .+/);
});

describe('auto goes on to no other broker', () => {
  test('where a URL leads nowhere', async () => {
    const { problem, cure } = await refusal(noBroker);

    expect(problem).toBe('Nothing listens at 127.0.0.1:1, where AMQP_URL points.');
    expect(`${problem}${cure}${said.join('')}`).not.toContain('secret');
  });

  test('where an image is asked for and there is no engine', async () => {
    const { problem } = await refusal({ ...noEngine, ...noImage });
    expect(problem).toMatch(/^BROKER_IMAGE is set, but container does not work here: no container engine /);
  });

  test.skipIf(!engine.works)('where an image is asked for that can not be pulled', async () => {
    const { problem } = await refusal(noImage);
    expect(problem).toMatch(/^The image \S+ is not here and can't be pulled: /);
  });
});

test('auto stops at an abort, and takes nothing else', async () => {
  const abort = AbortSignal.abort(new Error('called off'));
  await expect(choose(noBroker, abort)).rejects.toThrow('called off');
  expect(said).toEqual([]);
});

describe.skipIf(!engine.works)(`with a container engine${whyNot}`, () => {
  let image: string;
  let broker: Broker | undefined;
  let running: Broker;

  beforeAll(async () => {
    image = await builtImage('rabbitmq', 'bookworm');
    running = await choose({ BROKER: 'container', BROKER_IMAGE: image });
  }, 600_000);
  afterEach(async () => {
    await broker?.stop();
    broker = undefined;
  });
  afterAll(async () => {
    await running?.stop();
  });

  test('a provider that is named is taken, and said in one line', async () => {
    const { username, password, amqp } = running.description;
    const AMQP_URL = `amqp://${username}:${password}@${amqp.host}:${amqp.port}`;
    broker = await choose({ BROKER: 'external', AMQP_URL });

    expect(broker.description.provider).toBe('external');
    expect(said).toEqual(['Broker: external, because BROKER asks for it.']);
  });

  test('auto takes external first where a URL is set, and says so in one line', async () => {
    const { username, password, amqp } = running.description;
    broker = await choose({ AMQP_URL: `amqp://${username}:${password}@${amqp.host}:${amqp.port}` });

    expect(broker.description.provider).toBe('external');
    expect(said).toEqual(['Broker: external, because AMQP_URL is set.']);
  });

  test('auto takes a container where no URL is set, and says so in one line', async () => {
    broker = await choose({ BROKER: 'auto', BROKER_IMAGE: image });

    expect(broker.description.provider).toBe('container');
    expect(said).toEqual([
      expect.stringMatching(/^Broker: container, because a container engine answers at /),
    ]);
  });
});

test.skipIf(!hasNode)('auto says in one line what it passed over', async () => {
  const broker = await choose(noEngine);
  await broker.stop();

  expect(broker.description.provider).toMatch(/^(local|embedded)$/);
  expect(said).toEqual([
    expect.stringMatching(/^Broker: (local|embedded), because .+; not container: no container engine .+\.$/),
  ]);
});

describe('two', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'brokerproof-two-'));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  test.skipIf(!hasNode)('are two brokers, of which one line tells', async () => {
    const { broker, another } = await chooseTwo({
      environment: { BROKER: 'embedded' },
      signal: never,
      say,
      two: true,
    });
    const other = await another;
    await Promise.all([broker.stop(), other?.stop()]);

    expect(other?.description.amqp.port).not.toBe(broker.description.amqp.port);
    expect(other?.description.title).toBe(broker.description.title);
    expect(said).toEqual(['Broker: embedded, because BROKER asks for it.']);
  });

  test.skipIf(!hasNode)('where one does not start, none stays', async () => {
    // A machine without the package has these programs in the cache of the embedded broker.
    await (await embedded.start(never)).stop();
    const { server = '', control = '', epmd = '' } = (await intactInstallation(await cacheFolder())) ?? {};
    const [programs, temporary] = [join(folder, 'programs'), join(folder, 'temporary')];
    await mkdir(programs);
    await mkdir(temporary);
    await writeFile(
      join(programs, 'rabbitmq-server'),
      `#!/bin/sh\nmkdir '${folder}/tried' 2>/dev/null && { echo 'not today'; exit 7; }\nexec '${server}'\n`,
      { mode: 0o755 },
    );
    await symlink(control, join(programs, 'rabbitmqctl'));
    await symlink(join(dirname(epmd), 'erl'), join(programs, 'erl'));
    vi.stubEnv('PATH', [programs, process.env['PATH']].join(delimiter));
    vi.stubEnv('TMPDIR', temporary);

    const choosing = chooseTwo({ environment: { BROKER: 'local' }, signal: never, say, two: true });
    // Which of them runs the program first, and fails, is the machine's choice
    const [one, other] = await Promise.allSettled([choosing, choosing.then(({ another }) => another)]);
    if (one.status === 'fulfilled') await one.value.broker.stop();

    expect(other).toMatchObject({
      status: 'rejected',
      reason: { message: expect.stringContaining('not today') },
    });
    expect(await readdir(temporary)).toEqual([]);
  });
});
