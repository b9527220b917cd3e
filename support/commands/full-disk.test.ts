import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Broker } from '../broker/broker.ts';
import { embedded } from '../broker/node/embedded.ts';
import { sharedBroker } from '../broker/shared-broker.test-support.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const project = new ProjectCopy({
  'queues/made.spec.ts': `
    import { claim, docs, expect } from '#support';
    claim('queues/made', { says: 'It is made.', documented: [docs('queues')], irrefutable: 'It is made up.' }, async ({ queue }) => {
      await expect(await queue()).toReceive([]);
    });`,
}).withPages();
const provider = await embedded.available();
const isRoot = process.getuid?.() === 0;
const [reports, temporary] = [project.report(''), join(project.folder, 'temporary')];

describe.skipIf(!provider.works || !isRoot)('a disk that fills up', () => {
  let broker: Broker;
  let url: string;
  let external: Record<'AMQP_URL' | 'MANAGEMENT_URL', string>;

  beforeAll(async () => {
    broker = await sharedBroker();
    const { amqp, managementUrl = '', username, password } = broker.description;
    external = {
      AMQP_URL: `amqp://${username}:${password}@${amqp.host}:${amqp.port}`,
      MANAGEMENT_URL: managementUrl,
    };
    url = `${external.AMQP_URL},${managementUrl}`;
  });
  beforeEach(() => {
    for (const folder of [reports, temporary]) {
      mkdirSync(folder, { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
      writeFileSync(join(folder, 'filler'), Buffer.alloc(40 * 1_024));
    }
  });
  afterEach(async () => {
    for (const folder of [reports, temporary]) execFileSync('umount', ['--lazy', folder]);
    await project.nothingIsLeft();
  });

  test.for<[string, string[]]>([
    ['test', []],
    ['prove', []],
    ['compare', ['one', 'other']],
  ])('of the reports ends %s with one clear error, and leaves no page', async ([command, brokers]) => {
    const { exitCode, all } = await project.command([command, ...brokers.map(() => url)], external);
    expect({ exitCode, all }).toEqual({
      exitCode: 2,
      all: expect.stringMatching(/can't be written|could not be made/),
    });
    expect(all).toContain('no space is left there');
    expect(all).not.toMatch(/^ +at /m);
    expect(readdirSync(reports).filter((name) => /html|results|junit/.test(name))).toEqual([]);
  });

  test.runIf(!('typescript' in process.features))(
    'of temporary files ends a run with one clear error',
    async () => {
      const { exitCode, all } = await project.command(['test'], {
        ...external,
        TMPDIR: temporary,
        REPORTS: join(project.folder, 'elsewhere'),
      });
      expect({ exitCode, all }).toEqual({
        exitCode: 2,
        all: expect.stringContaining(
          `The folder for temporary files, ${temporary}, can't be written: no space is left there.\n` +
            'Make room there, or name another one by TMPDIR.',
        ) as string,
      });
      expect(all).not.toMatch(/^ +at /m);
    },
  );
});

afterAll(() => {
  project.remove();
});
