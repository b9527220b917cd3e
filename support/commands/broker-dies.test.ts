import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { embedded } from '../broker/node/embedded.ts';
import { readResults } from '../report/results.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const about = `{ says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried' }`;
const project = new ProjectCopy({
  'dying/together.spec.ts': `
    import { claim, docs, expect } from '#support';
    claim('dying/before', ${about}, async ({ queue }) => {
      expect(await (await queue({ type: 'classic' })).exists()).toBe(true);
    });
    claim('dying/waits-for-a-message', ${about}, async ({ queue, consumer, producer }) => {
      const tasks = await queue({ type: 'classic' });
      const worker = await consumer(tasks);
      console.log('It waits.');
      await expect(worker).toReceive(['one that never comes'], { within: 20_000 });
    });
    claim('dying/waits-for-a-state', ${about}, async ({ queue }) => {
      const tasks = await queue({ type: 'classic' });
      console.log('It waits.');
      await expect(() => tasks.counts()).toBecome({ ready: 1, consumers: 0 }, { within: 20_000 });
    });
    claim('dying/asserts-something-else', ${about}, async ({ client }) => {
      const connection = await client();
      console.log('It waits.');
      await new Promise((resolve) => connection.on('change', resolve));
      expect('what it saw of a dying broker').toBe('what it was to see');
    });`,
  'dying/after.apart.spec.ts': `
    import { claim, docs } from '#support';
    claim('dying/after', ${about}, async ({ queue }) => {
      await queue({ type: 'classic' });
    });`,
  'hanging/together.spec.ts': `
    import { claim, docs, expect } from '#support';
    claim('hanging/waits-for-an-answer', ${about}, async ({ queue }) => {
      await (await queue({ type: 'classic' })).purge();
      console.log('It waits.');
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await queue({ type: 'classic' });
    });
    claim('hanging/asserts-something-else', ${about}, async ({ queue }) => {
      await (await queue({ type: 'classic' })).purge();
      console.log('It waits.');
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      expect('what it saw of a hanging broker').toBe('what it was to see');
    });`,
  'hanging/after.apart.spec.ts': `
    import { claim, docs } from '#support';
    claim('hanging/after', ${about}, async ({ queue }) => {
      await (await queue({ type: 'classic' })).purge();
    });`,
}).withPages();
const provider = await embedded.available();

afterAll(() => {
  project.remove();
});

describe.skipIf(!provider.works)(`embedded${provider.works ? '' : `: ${provider.why}`}`, () => {
  test('when the broker dies, the specs that it hits could not run, and the rest is reported', async () => {
    const command = project.command(['test', 'dying'], { BROKER: 'embedded' });
    await project.printed(command, /(It waits\.[^]*){3}/);
    const [broker] = project.processes().filter((running) => running.command.includes('beam.smp'));
    process.kill(broker?.id ?? 0, 'SIGKILL');

    const { exitCode, all } = await command;
    expect(project.verdicts()).toEqual({
      'dying/before': 'holds',
      'dying/waits-for-a-message': 'could not run',
      'dying/waits-for-a-state': 'could not run',
      'dying/asserts-something-else': 'could not run',
      'dying/after': 'could not run',
    });
    const results = readResults(project.report('results.json'));
    expect(results).toMatchObject({ interrupted: false, notRun: 0, problems: [], exitCode: 3 });
    const reasons = results.claims.flatMap(({ reason = [] }) => reason);
    expect(reasons).toEqual(Array(4).fill(expect.stringMatching(/^The broker (died|does not answer): /)));
    for (const name of ['junit.xml', 'allure/index.html'])
      expect(existsSync(project.report(name))).toBe(true);
    expect(all).toContain('dying: 1 holds, 4 could not run');
    expect(exitCode).toBe(3);
    await project.nothingIsLeft();
  });

  test('when the broker hangs, it is started anew, and only the specs that it hits could not run', async () => {
    const command = project.command(['test', 'hanging'], { BROKER: 'embedded' });
    await project.printed(command, /(It waits\.[^]*){2}/);
    const [broker] = project.processes().filter((running) => running.command.includes('beam.smp'));
    process.kill(broker?.id ?? 0, 'SIGSTOP');

    const { exitCode, all } = await command;
    expect(all).toContain('The broker hangs: it did not answer a connection within 10 s.');
    expect(project.verdicts()).toEqual({
      'hanging/waits-for-an-answer': 'could not run',
      'hanging/asserts-something-else': 'could not run',
      'hanging/after': 'holds',
    });
    const { claims } = readResults(project.report('results.json'));
    expect(claims.flatMap(({ reason = [] }) => reason)).toEqual(
      Array(2).fill(expect.stringContaining('The broker hung while the spec ran')),
    );
    expect(exitCode).toBe(3);
    await project.nothingIsLeft();
  });
});
