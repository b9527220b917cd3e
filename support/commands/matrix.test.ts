import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { askUntil } from '../waiting/until.ts';
import { matrixSchema } from '../matrix/matrix.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const specs = `
import { claim, docs, expect } from '#support';
const about = { says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried' };

claim('queues/second', about, async ({ queue, producer, consumer }) => {
  const tasks = await queue({ type: 'classic' });
  const worker = await consumer(tasks);
  await (await producer()).sendToQueue(tasks, 'one');
  await expect(worker).toReceive(['one']);
});
claim('queues/first', { ...about, appliesTo: { anotherbroker: '*' } }, async () => {});
claim('queues/slow', { ...about, appliesTo: { anotherbroker: '*' } }, async () => {});`;
const project = new ProjectCopy({ 'queues/queues.spec.ts': specs });
const slow = new ProjectCopy({
  'queues/queues.spec.ts': `
import { claim, docs } from '#support';
const about = { says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried' };
claim('queues/never', about, () => new Promise(() => {}));`,
});

afterEach(async () => {
  await Promise.all([project.nothingIsLeft(), slow.nothingIsLeft()]);
});
afterAll(() => {
  project.remove();
  slow.remove();
});

function matrixOf(copy: ProjectCopy) {
  return matrixSchema.parse(JSON.parse(readFileSync(copy.report('matrix/matrix.json'), 'utf8')));
}

describe('pnpm matrix', () => {
  test('puts brokers side by side, and one that does not start loses its own column', async () => {
    const nowhere = 'amqp://nobody:secret@127.0.0.1:1';
    const { exitCode, all } = await project.command(['matrix', 'embedded', nowhere]);
    expect(exitCode).toBe(3);
    expect(all).not.toContain('secret');

    const { columns, rows } = matrixOf(project);
    expect(columns).toMatchObject([
      { product: 'rabbitmq', provider: 'embedded' },
      {
        id: 'amqp-127.0.0.1-1',
        title: 'amqp://127.0.0.1:1',
        failure: expect.stringContaining('127.0.0.1:1') as string,
      },
    ]);
    expect(columns[0]).not.toHaveProperty('failure');
    // By product and version, so that addresses last
    const { id: first = '', version } = columns[0] ?? {};
    expect(first).toBe(`rabbitmq-${version}`);
    // As the suite tells them, and not by the alphabet
    expect(rows.map(({ id, cells }) => [id, cells[first]?.verdict])).toEqual([
      ['queues/second', 'holds'],
      ['queues/first', 'not applicable'],
      ['queues/slow', 'not applicable'],
    ]);
    expect(existsSync(project.report('index.html'))).toBe(true);
  });

  test('takes the results of earlier runs, which pnpm compare does as well', async () => {
    const earlier = project.report('matrix/embedded/results.json');
    const compared = await project.command(['compare', earlier, earlier, '--json']);
    expect(compared.exitCode).toBe(0);
    expect(JSON.parse(compared.stdout)).toMatchObject({
      schemaVersion: 2,
      different: [],
      appliesToOne: [],
      same: 1,
    });
  });

  test('stopped by Ctrl-C, it stops all brokers and keeps what was seen', async () => {
    const running = slow.command(['matrix', 'embedded']);
    const log = slow.report('matrix/embedded/run.log');
    await askUntil(
      async () => existsSync(log) && readFileSync(log, 'utf8').includes('Broker: embedded'),
      (started) => started,
    );
    running.kill('SIGINT');
    expect((await running).exitCode).toBe(130);
    expect(matrixOf(slow).columns).toMatchObject([{ failure: 'The run was stopped before its end.' }]);
  });
});

describe('pnpm claims --for', () => {
  test('answers from what the newest run on such a broker left', async () => {
    const broker = matrixOf(project).columns[0];
    const version = broker?.version?.split('.').slice(0, 2).join('.');
    const { stdout, exitCode } = await project.command(['claims', '--for', `rabbitmq@${version}`]);
    expect(stdout).toMatch(/^✓ {2}queues\/second {2}holds +It is said\.$/m);
    expect(stdout).toMatch(
      /^– {2}queues\/first {3}not applicable {4}It is said\. It applies to anotherbroker/m,
    );
    expect(stdout).toMatch(/^RabbitMQ .*, embedded .*, as seen \d{4}-/m);
    expect(exitCode).toBe(0);
  });

  test.for([
    { asked: 'rabbitmq', told: 'rabbitmq is not a product with a version.' },
    { asked: 'rabbitmq@1.0', told: /No run on rabbitmq 1\.0 has left results; stored are rabbitmq@\d/ },
  ])('$asked: tells why it can not', async ({ asked, told }) => {
    const { exitCode, all } = await project.command(['claims', '--for', asked]);
    expect(all).toMatch(told);
    expect(exitCode).toBe(2);
  });
});

describe('a wrong use of pnpm compare', () => {
  test.for([
    { args: ['embedded'], told: 'pnpm compare takes two brokers, and was given 1.' },
    { args: ['a.json', 'b.json'], told: 'There is no file a.json.' },
    { args: ['a', 'b', '--json', '--markdown'], told: '--markdown and --json exclude each other.' },
    { args: ['a', 'b', '--html'], told: "Unknown option '--html'" },
  ])('$args', async ({ args, told }) => {
    const { exitCode, all } = await project.command(['compare', ...args]);
    expect(all).toContain(told);
    expect(exitCode).toBe(2);
  });
});
