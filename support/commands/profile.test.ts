import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { extensions } from '../broker/extensions.ts';
import { builtImage } from '../../fixtures/images/built.test-support.ts';
import type { Broker } from '../broker/broker.ts';
import { chooseBroker } from '../broker/choose.ts';
import { findEngine } from '../broker/container/find-engine.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const spec = `
import { claim, docs } from '#support';
claim('queues/one', { says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.' }, async () => {});`;
const engine = await findEngine(process.env);
/** Without a profile of any broker. */
const project = new ProjectCopy({ 'queues/queues.spec.ts': spec });

afterEach(async () => {
  await project.nothingIsLeft();
});
afterAll(() => {
  project.remove();
});

function contentOf(file: string): { product?: string; capabilities?: Record<string, boolean> } {
  return JSON.parse(readFileSync(file, 'utf8')) as ReturnType<typeof contentOf>;
}

describe.skipIf(!engine.works)(`an image${engine.works ? '' : ` (${engine.why})`}`, () => {
  test('of a product that nobody knows', { timeout: 600_000 }, async () => {
    const image = await builtImage('garagemq', 'bookworm');
    const { exitCode, stdout } = await project.command(['profile', image]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ +announces +authentication_failure_close, basic\.nack, /m);
    expect(stdout).toMatch(/^ +does not announce +connection\.blocked, /m);
    expect(stdout).toContain(
      '– queue_length_limit\n    A queue with x-max-length 1 is sent two messages.\n    no: the argument was accepted, but both messages were kept\n',
    );
    expect(stdout).toMatch(
      /^Draft: reports\/profiles\/garagemq-0\.1\.json\nConfirm what was seen, .+ copy it to fixtures\/profiles\.$/m,
    );
    const draft = contentOf(project.report('profiles/garagemq-0.1.json'));
    expect(draft).toEqual(contentOf('fixtures/profiles/garagemq.json'));
  });

  test('that is not there is told once', async () => {
    const { exitCode, all } = await project.command(['profile', 'brokerproof/no-such-image']);
    expect(all).toMatch(
      /The image brokerproof\/no-such-image is not here and can't be pulled: .+\nCheck its name /,
    );
    expect(exitCode).toBe(2);
  });
});

describe('a wrong use', () => {
  test.for([
    { args: [], told: /^pnpm profile takes one broker, and was given 0\.\nGive an image, / },
    { args: ['one', 'other'], told: /^pnpm profile takes one broker, and was given 2\.\nGive an image, / },
    {
      args: ['embedded', '--out'],
      told: /^Unknown option '--out'\npnpm profile --help tells how it is used\.$/,
    },
    { args: ['none.json'], told: /^There is no file none\.json\.\n/ },
    { args: ['package.json'], told: /^package\.json is what a run has left, and can't be asked\.\n/ },
    { args: ['amqp://me:secret@127.0.0.1:1'], told: /^Nothing listens at 127\.0\.0\.1:1, where AMQP_URL /m },
    { args: ['amqp://me:secret@:x'], told: /^An address can't be read\.\nWrite amqp:/ },
  ])('$args', async ({ args, told }) => {
    const { exitCode, all } = await project.command(['profile', ...args]);
    expect(all).toMatch(told);
    expect(all).not.toContain('secret');
    expect(exitCode).toBe(2);
  });
});

describe('an address', () => {
  let broker: Broker;
  let address: string;

  beforeAll(async () => {
    const signal = new AbortController().signal;
    broker = await chooseBroker({ environment: process.env, signal, say: () => {} });
    const { amqp, username, password } = broker.description;
    address = `amqp://${username}:${password}@${amqp.host}:${amqp.port}`;
  });
  afterAll(async () => {
    await broker?.stop();
  });

  /** The queues and exchanges that are there, as long as the names begin as those of this project do. */
  async function ours(): Promise<string[]> {
    const { managementUrl, username, password } = broker.description;
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const names = await Promise.all(
      ['queues', 'exchanges'].map(async (kind) => {
        const answer = await fetch(`${managementUrl}/api/${kind}`, { headers: { authorization } });
        return ((await answer.json()) as { name: string }[]).map(({ name }) => name);
      }),
    );
    return names.flat().filter((name) => name.startsWith('brokerproof-'));
  }

  function drafts(): boolean {
    return existsSync(project.report(`profiles/rabbitmq-${broker.description.version}.json`));
  }

  test('by Ctrl-C, no draft is written, and nothing is left on the broker', async () => {
    const command = project.command(['profile', address]);
    await project.printed(command, /alternate_exchanges/);
    process.kill(-(command.pid ?? 0), 'SIGINT');
    const { exitCode, all } = await command;
    expect(all).toContain('SIGINT: stopping. No draft is written.');
    expect({ exitCode, drafted: drafts(), left: await ours() }).toEqual({
      exitCode: 3,
      drafted: false,
      left: [],
    });
  });

  test('of a broker that has a profile: it is told, and the profile is left as it is', async () => {
    const { product, version } = broker.description;
    const declared = { product, versions: version, capabilities: { message_ttl: false } };
    const file = join(project.folder, 'fixtures/profiles/known.json');
    writeFileSync(file, JSON.stringify(declared));
    const { exitCode, stdout } = await project.command(['profile', address]);
    expect(stdout).toContain('fixtures/profiles/known.json is the profile of this broker already');
    expect(contentOf(file)).toEqual(declared);
    const { capabilities = {} } = contentOf(project.report(`profiles/${product}-${version}.json`));
    expect(Object.entries(capabilities).filter(([, has]) => !has)).toEqual([]);
    expect(Object.keys(capabilities).toSorted()).toEqual(extensions.toSorted());
    expect({ exitCode, left: await ours() }).toEqual({ exitCode: 0, left: [] });
  });

  test('of a broker that goes away: the draft holds what was known till then', async () => {
    const command = project.command(['profile', address]);
    await project.printed(command, /alternate_exchanges/);
    await broker.stop();
    const { exitCode, all } = await command;
    expect(all).toMatch(/^The broker went away: /m);
    expect(all).toMatch(/^What comes after \w+ is not known\.\nDraft: reports\/profiles\/rabbitmq-/m);
    expect(exitCode).toBe(3);
  });
});
