import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { hasNoBrowser, sharedChromium } from '../page/chromium.test-support.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const specs = {
  'queues/order.spec.ts': `
    import { claim, docs, expect } from '#support';
    claim('queues/order', {
      says: 'It comes in order.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried',
    }, async ({ queue, producer, program }) => {
      const tasks = await queue({ type: 'classic' });
      await (await producer()).sendToQueue(tasks, ['one', 'two']);
      await (await program('worker', { queue: tasks })).told('received', 2);
    });`,
};

describe('a checkout in a folder with a space, an umlaut and a %', () => {
  const project = new ProjectCopy(specs, {}, 'a b ö 100% [1]').withPages();
  afterAll(() => {
    project.remove();
  });

  test('lists its claims', async () => {
    const { exitCode, stdout } = await project.command(['claims']);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'queues/order  It comes in order.\n1 claim',
    });
  });

  test('runs one, and leaves a report', async () => {
    const { exitCode, all } = await project.command(['test', 'queues/order']);
    expect({ exitCode, all }).toEqual({
      exitCode: 0,
      all: expect.stringContaining('Report: reports/index.html') as string,
    });
    expect(project.verdicts()).toEqual({ 'queues/order': 'holds' });
  });

  describe.skipIf(hasNoBrowser)('whose report', () => {
    test('opens from there at a claim', async () => {
      const page = await (await sharedChromium()).newPage();
      await page.goto(`${pathToFileURL(project.report('index.html')).href}#queues/order`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await page.locator('h1').innerText()).toBe('It comes in order.');
      await page.close();
    });
  });
});

test.for([['test'], ['prove'], ['preflight'], ['claims'], ['--help']])(
  'a path that vite can not read is told by %s, with what to do',
  async (args) => {
    const project = new ProjectCopy(specs, {}, 'c#').withPages();
    const { exitCode, all } = await project.command(args);
    project.remove();
    expect({ exitCode, all }).toEqual({
      exitCode: 2,
      all: `The path ${join(project.folder)} has a # or a ? in it, which vite can't read.\nRename that folder.`,
    });
  },
);
