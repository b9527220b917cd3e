import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { readResults, type Results } from '../report/results.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const imports = "import { claim, docs, expect, mutants, premise } from '#support';";
const about =
  "{ says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried' }";

/** Mistakes in the story of a claim, which stands in the lines from 3 on; what is told, and of which line. */
const stories = [
  {
    slug: 'expectation-not-awaited',
    story: ["const tasks = await queue({ type: 'classic' });", "expect(tasks).toReceive(['one']);"],
    told: 'The spec ended before an expectation did: await it.',
    line: 4,
  },
  {
    slug: 'premise-not-awaited',
    story: ["const tasks = await queue({ type: 'classic' });", 'premise(expect(tasks).toReceive([]));'],
    told: 'The spec ended before an expectation did: await it.',
    line: 4,
  },
  {
    slug: 'call-not-awaited',
    story: [
      'const channel = await openChannel();',
      "channel.declareQueuePassively('no-such-queue');",
      'await expect.poll(() => channel.open).toBe(false);',
      'await new Promise((resolve) => setTimeout(resolve, 20));',
    ],
    told: 'mistakes/call-not-awaited did not await what failed: The broker closed the channel: 404 NOT_FOUND',
  },
  {
    slug: 'no-list-of-messages',
    story: ["const tasks = await queue({ type: 'classic' });", "await expect(tasks).toReceive('one');"],
    told: "toReceive is given a list of messages, not 'one'.",
    line: 4,
  },
  {
    slug: 'nothing-to-take-apart',
    story: ['const channel = await openChannel();', 'const [first] = await channel.recover();'],
    told: ' is not iterable',
    line: 4,
  },
  ...[
    {
      uses: "exchange('x-recent-history')",
      needs: 'rabbitmq_recent_history_exchange',
    },
    { uses: 'stage.management', needs: 'management' },
    { uses: 'ownVirtualHost()', needs: 'administration' },
    { uses: 'user()', needs: 'administration' },
    { uses: 'broker.restart()', needs: 'restart' },
    { uses: 'broker.kill()', needs: 'kill' },
    { uses: "broker.control('status')", needs: 'ctl' },
    { uses: "broker.whileSet('heartbeat', '1', async () => {})", needs: 'ctl' },
    {
      uses: "broker.whileSet('consumer_timeout', '1', async () => {})",
      needs: 'tick',
    },
    { uses: 'broker.log()', needs: 'log' },
    { uses: 'client({ tls: true })', needs: 'tls' },
    { uses: 'broker.description().amqps', needs: 'tls' },
    { uses: 'broker.description().amqpFromElsewhere', needs: 'guest' },
    { uses: 'broker.description().managementUrl', needs: 'management' },
  ].map(({ uses, needs }, number) => ({
    slug: `uses-${number}-${needs.replaceAll('_', '-')}`,
    story: [`await ${uses};`],
    told: `say so, needs: ['${needs}'].`,
    line: 3,
  })),
  {
    slug: 'counters-without-management',
    story: [
      "const tasks = await queue({ type: 'classic' });",
      'await expect(tasks).toHaveCounters({ unacknowledged: 0 });',
    ],
    told: "Queue counters need the management API: say so, needs: ['management'].",
    line: 4,
  },
];

/** Mistakes in what is said of a claim, in the second line of its file. */
const sayings = [
  {
    slug: 'unknown-mutant',
    says: 'refutedBy: [mutants.bodiesCorrupted, mutants.noSuchThing]',
    told: 'is refuted by a mutant that does not exist, number 2 in `refutedBy`.\nName one of support/mutants/library, or add it there.',
  },
  {
    slug: 'no-documentation',
    says: 'documented: undefined',
    told: "links no documentation.\nName in `documented` where the behaviour is documented: [docs('queues#names')].",
  },
  { slug: 'empty-documentation', says: "documented: [docs('')]", told: 'links no documentation.\n' },
  {
    slug: 'unknown-extension',
    says: "extensions: ['telepathy']",
    told: 'speaks of telepathy, which is no extension that is known here.\n',
  },
];

const project = new ProjectCopy(
  Object.fromEntries(
    stories.map(({ slug, story }) => [
      `mistakes/${slug}.spec.ts`,
      [
        imports,
        `claim('mistakes/${slug}', ${about}, async (stage) => { const { queue, openChannel, exchange, ownVirtualHost, user, broker, client } = stage;`,
        ...story,
        '});',
      ].join('\n'),
    ]),
  ),
);
const unreadable = new ProjectCopy(
  Object.fromEntries(
    sayings.map(({ slug, says }) => [
      `mistakes/${slug}.spec.ts`,
      `${imports}\nclaim('mistakes/${slug}', { ...${about}, ${says} }, async () => {});`,
    ]),
  ),
);
let broker: Broker;

beforeAll(async () => {
  broker = await sharedBroker();
});
afterAll(async () => {
  project.remove();
  unreadable.remove();
});

function address(): Record<string, string> {
  const { amqp, username, password, managementUrl = '' } = broker.description;
  return {
    AMQP_URL: `amqp://${username}:${password}@${amqp.host}:${amqp.port}`,
    MANAGEMENT_URL: managementUrl,
  };
}

describe('a mistake in a spec is told with its place, and what to do', () => {
  let results: Results;

  beforeAll(async () => {
    await project.command([
      'claim',
      'new',
      'mistakes/unwritten',
      '--says',
      "It isn't written.",
      '--documented',
      'https://www.rabbitmq.com/docs/queues#names',
    ]);
    await project.command(['test'], { ...address(), REPORTS_FOR: 'programs' });
    results = readResults(project.report('results.json'));
  });

  test('and the run ends as one in which claims could not run', () => {
    expect({ exitCode: results.exitCode, problems: results.problems }).toEqual({ exitCode: 3, problems: [] });
  });

  test('a new claim could not run until its story is written', () => {
    expect(results.claims.find(({ id }) => id === 'mistakes/unwritten')).toMatchObject({
      verdict: 'could not run',
      says: "It isn't written.",
      reason:
        'Its story is not written yet; CONTRIBUTING.md tells how. See specs/mistakes/unwritten.spec.ts.',
    });
  });

  test.for(stories)('$slug', ({ slug, told: expected, line }) => {
    const claim = results.claims.find(({ id }) => id === `mistakes/${slug}`);
    const place = line === undefined ? '' : ` See specs/mistakes/${slug}.spec.ts:${line}.`;
    expect(claim).toMatchObject({
      verdict: 'could not run',
      reason: expect.stringContaining(expected) as string,
    });
    expect(claim?.reason).toContain(place);
  });
});

describe('a mistake in what is said of a claim is told before anything runs', () => {
  let told: string;

  beforeAll(async () => {
    told = (await unreadable.command(['claims'])).all;
  });

  test.for(sayings)('$slug', ({ slug, told: expected }) => {
    expect(told).toContain(`specs/mistakes/${slug}.spec.ts:2: the claim mistakes/${slug} ${expected}`);
  });
});

test('--watch shows what a claim does after each change, and Ctrl-C ends it and leaves nothing', async () => {
  const spec = (body: string) => `${imports}
claim('watched/one', ${about}, async ({ queue, producer }) => {
  const tasks = await queue({ type: 'classic' });
  await (await producer()).sendToQueue(tasks, '${body}');
  await expect(tasks).toReceive(['first']);
});`;
  const watched = new ProjectCopy({ 'watched/one.spec.ts': spec('first') });
  const run = watched.command(['test', '--watch', 'watched/one'], address());
  await watched.printed(run, /watched\/one: holds\n[^]* basic\.publish .* first[^]*Waiting for a change/);

  const changed = watched.printed(
    run,
    /watched\/one: violated\n[^]* basic\.publish .* second[^]*It received 1: \["second"\]/,
  );
  writeFileSync(join(watched.folder, 'specs/watched/one.spec.ts'), spec('second'));
  await changed;
  process.kill(-(run.pid ?? 0), 'SIGINT');

  expect((await run).exitCode).toBe(130);
  await watched.nothingIsLeft();
  watched.remove();
}, 120_000);
