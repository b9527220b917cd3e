import { existsSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { embedded } from '../broker/node/embedded.ts';
import { readResults } from '../report/results.ts';
import { askUntil } from '../waiting/until.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const endless = `{ says: 'It never ends.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried', within: 100_000, needs: ['ctl'] }`;
const quickly = `
  import { claim, docs, expect } from '#support';
  claim('quick/exists', { says: 'It ends at once.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried' }, async ({ queue }) => {
    expect(await (await queue({ type: 'classic' })).exists()).toBe(true);
  });`;
/** Vitest may tell that specs have begun only when another one ends; this comes by the same way, and later. */
const soon = `setTimeout(() => console.log('It waits.'), 1_000);`;
const project = new ProjectCopy({
  'quick/quick.spec.ts': quickly,
  'endings/together.spec.ts': `
    import { claim, docs } from '#support';
    claim('endings/in-process', ${endless}, async ({ program, queue }) => {
      await program('worker', { queue: await queue({ type: 'classic' }) });
      ${soon}
      await new Promise(() => {});
    });
    claim('endings/brief', { says: 'It ends soon.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried' }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
    });
    claim('endings/in-control', ${endless}, async ({ broker }) => {
      ${soon}
      await broker.control('eval', 'timer:sleep(100000).');
    });`,
  'endings/after.apart.spec.ts': `
    import { claim, docs } from '#support';
    claim('endings/after', { says: 'It comes last.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried' }, async () => {});`,
}).withPages();
const quick = new ProjectCopy({ 'quick/quick.spec.ts': quickly }).withPages();
const provider = await embedded.available();
const environment = { BROKER: 'embedded' };

afterEach(async () => {
  await Promise.all([project.nothingIsLeft(), quick.nothingIsLeft()]);
});
afterAll(() => {
  project.remove();
  quick.remove();
});

type Command = ReturnType<ProjectCopy['command']>;

/** As a terminal does it: every process in the foreground gets the signal. */
function pressControlC({ pid = 0 }: Command): void {
  process.kill(-pid, 'SIGINT');
}

/** Waits until the specs are in the middle of what they do, and one has ended. */
async function inTheRun(command: Command): Promise<void> {
  await Promise.all([
    project.printed(command, /(It waits\.[^]*){2}/),
    project.printed(command, /quick: 1 holds/),
  ]);
}

/** What is told of a run that was interrupted in its middle. */
function expectWhatHadEnded(): void {
  const results = readResults(project.report('results.json'));
  expect(results).toMatchObject({ interrupted: true, notRun: 1, exitCode: 3, problems: [] });
  expect(project.verdicts()).toEqual({
    'quick/exists': 'holds',
    'endings/brief': 'holds',
    'endings/in-process': 'could not run',
    'endings/in-control': 'could not run',
  });
  for (const name of ['junit.xml', 'summary.md', 'badge.svg', 'index.html', 'allure/index.html'])
    expect(existsSync(project.report(name))).toBe(true);
}

describe.skipIf(!provider.works)(`interrupted${provider.works ? '' : `: ${provider.why}`}`, () => {
  test('by Ctrl-C while the broker boots', async () => {
    const command = project.command(['test'], environment);
    await project.printed(command, /^Broker: embedded/m);
    await askUntil(
      async () => project.processes().some((running) => running.command.includes('epmd')),
      (booting) => booting,
    );
    pressControlC(command);

    const { exitCode, all } = await command;
    expect(all).toContain('SIGINT: stopping. What has ended so far is reported.');
    expect(exitCode).toBe(130);
    expect(readResults(project.report('results.json'))).toMatchObject({
      interrupted: true,
      notRun: 5,
      claims: [],
    });
    expect(existsSync(project.report('junit.xml'))).toBe(true);
  });

  describe('while specs run', () => {
    test('by Ctrl-C', async () => {
      const command = project.command(['test'], environment);
      await inTheRun(command);
      pressControlC(command);
      expect((await command).exitCode).toBe(130);
      expectWhatHadEnded();
    });

    test('by SIGTERM, with plain vitest too', async () => {
      const command = project.vitest(['run'], environment);
      await inTheRun(command);
      // Not by execa, which sends SIGKILL five seconds later
      process.kill(command.pid ?? 0, 'SIGTERM');
      expect((await command).exitCode).toBe(143);
      expectWhatHadEnded();
    });

    test('by SIGKILL: nothing is left running', async () => {
      const command = project.command(['test'], environment);
      await inTheRun(command);
      command.kill('SIGKILL');
      expect((await command).signal).toBe('SIGKILL');
    });
  });

  test('by Ctrl-C while the broker is taken down and the report is made: it is made', async () => {
    const command = quick.command(['test'], environment);
    await quick.printed(command, /^1 claim in /m);
    pressControlC(command);
    expect((await command).exitCode).toBe(130);
    expect(readResults(quick.report('results.json'))).toMatchObject({ interrupted: false, problems: [] });
    for (const page of ['index.html', 'allure/index.html']) expect(existsSync(quick.report(page))).toBe(true);
  });

  test('by Ctrl-C twice: it ends at once', async () => {
    const command = project.command(['test'], environment);
    await inTheRun(command);
    pressControlC(command);
    await project.printed(command, /SIGINT: stopping/);
    pressControlC(command);
    expect((await command).exitCode).toBe(130);
  });
});
