import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { UsageError } from '../errors.ts';
import { readParts } from '../report/parts.ts';
import { readResults, writeResults } from '../report/results.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const about = `{ says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.' }`;
function spec(...claims: [id: string, body: string][]): string {
  return [
    "import { claim, docs, expect } from '#support';",
    ...claims.map(
      ([id, body]) => `claim('${id}', ${about}, async ({ queue }) => { await queue(); ${body} });`,
    ),
  ].join('\n');
}
const project = new ProjectCopy({
  'queues/one.spec.ts': spec(['queues/one', ''], ['queues/wrong', "expect(1, 'what there is').toBe(2);"]),
  'queues/two.spec.ts': spec(['queues/two', '']),
  'routing/three.spec.ts': spec(['routing/three', '']),
});
const parts = ['parts/1', 'parts/2'];
let broker: Broker;
let environment: Record<string, string>;
/** Of the parts, and of the whole. */
let exitCodes: (number | undefined)[];

beforeAll(async () => {
  broker = await sharedBroker();
  const { amqp, username, password, managementUrl = '' } = broker.description;
  environment = {
    AMQP_URL: `amqp://${username}:${password}@${amqp.host}:${amqp.port}`,
    MANAGEMENT_URL: managementUrl,
  };
  const runs = [
    ...parts.map((reports, at) => ['--shard', `${at + 1}/2`, '--reports', reports]),
    ['--reports', 'whole'],
  ].map((options) => project.command(['test', '--reports-for', 'programs', ...options], environment));
  exitCodes = (await Promise.all(runs)).map(({ exitCode }) => exitCode);
});
afterAll(async () => {
  project.remove();
});

test('the parts together say what one run would have said', async () => {
  const { exitCode, all } = await project.command(['merge', 'parts'], environment);
  expect({ exitCode, all }).toMatchObject({ exitCode: 1 });
  expect(exitCodes.at(-1)).toBe(exitCode);
  expect(all).toContain('Report: reports/index.html');
  const told = (file: string) => {
    const { counts, claims, exitCode: code, broker: tested } = readResults(join(project.folder, file));
    return {
      counts,
      code,
      tested,
      claims: claims.map(({ id, file: from, verdict, outcomes, reason }) => ({
        id,
        from,
        verdict,
        reason,
        outcomes: outcomes.map((each) => [
          each.queueType,
          each.verdict,
          each.errors.map(({ message }) => message),
        ]),
      })),
    };
  };
  expect(told('reports/results.json')).toEqual(told('whole/results.json'));
  const cases = (file: string) =>
    readFileSync(join(project.folder, file), 'utf8').match(/<testcase name="[^"]*"/g);
  expect(cases('reports/junit.xml')).toEqual(cases('whole/junit.xml'));
});

test.for([
  {
    what: 'a part is missing',
    places: ['parts/1'],
    told: /^Not all parts are there: 2\/2 left no results\.\n/,
  },
  {
    what: 'one is named twice',
    places: ['parts/1', 'parts/../parts', 'copy'],
    told: /^queues\/\S+ is in \S+ and in \S+\.\n/,
  },
  {
    what: 'one is of another broker',
    places: ['parts/1', 'other'],
    told: /^The parts are of different brokers: .+ of Other 1\.0\.\n/,
  },
  { what: 'there is none', places: ['support'], told: /^There is no results\.json in \S+\.\n/ },
])('refused: $what', ({ places, told }) => {
  const [first = '', second = ''] = parts.map((part) => join(project.folder, part, 'results.json'));
  const [copy, other] = ['copy', 'other'].map((name) => join(project.folder, name, 'results.json')) as [
    string,
    string,
  ];
  for (const file of [copy, other]) mkdirSync(dirname(file), { recursive: true });
  writeFileSync(copy, readFileSync(first));
  const results = readResults(second);
  writeResults(other, { ...results, broker: { ...results.broker!, title: 'Other 1.0, external' } });
  const merging = () => readParts(places.map((place) => join(project.folder, place)));
  expect(merging).toThrow(UsageError);
  expect(merging).toThrow(told);
  for (const file of [copy, other]) rmSync(dirname(file), { recursive: true });
});
