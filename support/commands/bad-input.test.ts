import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { findEngine } from '../broker/container/find-engine.ts';
import { readResults } from '../report/results.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const about = `{ says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.' }`;
function spec(...ids: string[]): string {
  return [
    "import { claim, docs } from '#support';",
    ...ids.map((id) => `claim('${id}', ${about}, async () => {});`),
  ].join('\n');
}
const project = new ProjectCopy({ 'queues/queues.spec.ts': spec('queues/declared', 'queues/deleted') });
const engine = await findEngine(process.env);

afterEach(async () => {
  await project.nothingIsLeft();
});
afterAll(() => {
  project.remove();
});

/** Runs a command that is to be refused; what it told. */
async function refusal(command: string[], environment: Record<string, string> = {}): Promise<string> {
  const { exitCode, all } = await project.command(command, environment);
  expect({ exitCode, all }).toEqual({ exitCode: 2, all: expect.not.stringMatching(/^ +at /m) as string });
  return all ?? '';
}

test('each command says how it is used', async () => {
  const { exitCode, stdout } = await project.command(['compare', '--help'], {});
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(
      /^Usage: pnpm compare \[options\] A B\n[^]*--markdown[^]*Exit codes:/,
    ) as string,
  });
});

describe('a wrong use', () => {
  test.for([
    { what: 'area', name: 'queue', nearest: 'queues' },
    { what: 'claim', name: 'queues/declare', nearest: 'queues/declared' },
  ])('an unknown $what', async ({ name, nearest }) => {
    expect(await refusal(['test', name])).toMatch(
      new RegExp(
        `^There is no area, claim or spec file "${name}"\\. Nearest: ${nearest}, .+\\.\npnpm claims lists all of them\\.$`,
      ),
    );
  });

  test('an unknown option', async () => {
    expect(await refusal(['test', 'queues', '--relaod'])).toBe(
      "Unknown option '--relaod'\npnpm test --help tells how it is used.",
    );
  });

  test('an unknown command', async () => {
    expect(await refusal(['tset'])).toMatch(
      /^Unknown command 'tset'\n\(Did you mean test\?\)\npnpm COMMAND --help /,
    );
  });

  test('a profile that declares a deviation from no claim', async () => {
    const deviation = { because: 'It turns queues around.', link: 'https://example.org/turned' };
    const profile = { product: 'rabbitmq', versions: '*', deviations: { 'queues/lifo': deviation } };
    const broken = new ProjectCopy({ 'queues/one.spec.ts': spec('queues/declared') }, { 'a.json': profile });
    const { exitCode, all } = await broken.command(['test']);
    broken.remove();
    expect(all).toContain(
      'fixtures/profiles/a.json declares a deviation from the claim queues/lifo, which does not exist.\npnpm claims lists',
    );
    expect(exitCode).toBe(2);
  });

  test.for(['test', 'prove'])('%s with a file of proofs that is none', async (command) => {
    const broken = new ProjectCopy({ 'queues/one.spec.ts': spec('queues/declared') });
    mkdirSync(join(broken.folder, 'reports'));
    writeFileSync(join(broken.folder, 'reports/proof.json'), '{}');
    const { exitCode, all } = await broken.command([command]);
    broken.remove();
    expect(all).toMatch(
      /reports\/proof\.json is not a proof that can be read\.\nDelete it, and run pnpm prove again\.$/,
    );
    expect(exitCode).toBe(2);
  });

  test("a file of the project's proofs that is none", async () => {
    const broken = new ProjectCopy({ 'queues/one.spec.ts': spec('queues/declared') });
    mkdirSync(join(broken.folder, 'fixtures/proofs'));
    writeFileSync(join(broken.folder, 'fixtures/proofs/rabbitmq-3.10.8.json'), '<<<<<<< ours');
    for (const command of ['test', 'prove']) {
      const { exitCode, all } = await broken.command([command], { BROKER: 'none-such' });
      expect(all).toMatch(
        /fixtures\/proofs\/rabbitmq-3\.10\.8\.json does not hold what is proven: .+\nMend it, or delete it .+\.$/,
      );
      expect(exitCode).toBe(2);
    }
    broken.remove();
  });

  test.for(['missing.json', 'package.json'])('a baseline that is none: %s', async (file) => {
    const told = await refusal(['test', '--baseline', file], { BROKER: 'none-such' });
    expect(told).toMatch(new RegExp(`^${file} does not hold the results of a run: `));
    expect(told).not.toContain('none-such');
  });

  test('an id that two files declare', async () => {
    const twice = new ProjectCopy({
      'queues/one.spec.ts': spec('queues/declared'),
      'queues/two.spec.ts': spec('queues/declared'),
    });
    const { exitCode, all } = await twice.command(['test']);
    expect(all).toMatch(/^The claim queues\/declared is declared twice: in specs\/\S+ and in specs\/\S+\.\n/);
    expect(exitCode).toBe(2);
    const plainly = await twice.vitest(['run'], { BROKER: 'none-such' });
    expect(plainly.all).toContain('The claim queues/declared is declared twice');
    expect(plainly.exitCode).toBe(2);
    twice.remove();
  });
});

describe('a broken set-up', () => {
  test('an unknown provider', async () => {
    const told = await refusal(['test'], { BROKER: 'dokcer' });
    expect(told).toContain(
      'Broken set-up: BROKER=dokcer is not a way to get a broker.\nSet BROKER to one of auto, external, ',
    );
    const results = readResults(project.report('results.json'));
    expect(results).toMatchObject({ exitCode: 2, claims: [], interrupted: false });
    expect(results.problems).toEqual([
      expect.stringContaining('BROKER=dokcer is not a way to get a broker.'),
    ]);
  });

  test('no provider that works', async () => {
    const bare = { PATH: project.folder, HOME: project.folder, XDG_CACHE_HOME: project.folder };
    const told = await refusal(['test'], { ...bare, DOCKER_HOST: 'tcp://127.0.0.1:1' });
    expect(told).toMatch(
      /^Broken set-up: No broker is available: container: .+; local: .+; embedded: .+\.\nDo one of these: container: /m,
    );
  });

  test('a malformed URL', async () => {
    expect(await refusal(['test'], { AMQP_URL: 'localhost:5672' })).toContain(
      'Broken set-up: AMQP_URL is set, but external does not work here: AMQP_URL must begin with amqp:// or amqps://.\nWrite it as amqp://',
    );
  });

  test('a URL where nothing listens', async () => {
    const told = await refusal(['test'], { AMQP_URL: 'amqp://me:secret@127.0.0.1:1' });
    expect(told).toContain(
      'Broken set-up: Nothing listens at 127.0.0.1:1, where AMQP_URL points.\nCheck AMQP_URL, ',
    );
    expect(told).not.toContain('secret');
  });

  test.skipIf(!engine.works)(
    engine.works ? 'an image that can not be pulled' : `an image: ${engine.why}`,
    async () => {
      const image = 'brokerproof/no-such-image';
      const told = await refusal(['test'], { BROKER_IMAGE: image });
      expect(told).toMatch(
        /^Broken set-up: The image brokerproof\/no-such-image is not here and can't be pulled: .+\nCheck its name /m,
      );
    },
  );

  describe('of a broker that runs', () => {
    let broker: Broker;

    beforeAll(async () => {
      broker = await sharedBroker();
    });

    function urls(password: string): Record<string, string> {
      const { amqp, username } = broker.description;
      return {
        AMQP_URL: `amqp://${username}:${password}@${amqp.host}:${amqp.port}`,
        MANAGEMENT_URL: 'http://127.0.0.1:1',
      };
    }

    test('a wrong password', async () => {
      const told = await refusal(['test'], urls('no-such-password'));
      expect(told).toMatch(
        /^Broken set-up: The broker at \S+ refused the user \S+: ACCESS_REFUSED.+\nCheck the user and the password in AMQP_URL\.$/m,
      );
      expect(told).not.toContain('no-such-password');
    });

    test('a management API that is not there', async () => {
      const told = await refusal(['test'], urls(broker.description.password));
      expect(told).toMatch(
        /^Broken set-up: The management API at http:\/\/127\.0\.0\.1:1 can't be reached: .+\nCheck MANAGEMENT_URL, /m,
      );
    });
  });

  test('a folder of reports that can not be written', async () => {
    const blocked = new ProjectCopy({ 'queues/queues.spec.ts': spec('queues/declared') });
    writeFileSync(join(blocked.folder, 'reports'), 'a file where the folder should be');
    const { exitCode, all } = await blocked.command(['test'], { BROKER: 'none-such' });
    blocked.remove();
    expect(all).toMatch(
      /^The report can't be written: EEXIST.+\nLet \S+\/reports be a folder that you can write\.$/,
    );
    expect(exitCode).toBe(2);
  });
});
