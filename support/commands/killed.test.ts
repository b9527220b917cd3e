import { afterAll, describe, expect, test } from 'vitest';
import { embedded } from '../broker/node/embedded.ts';
import { askUntil } from '../waiting/until.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const project = new ProjectCopy({
  'killed/together.spec.ts': `
    import { claim, docs } from '#support';
    claim('killed/waits', { says: 'It never ends.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried', within: 100_000 }, async ({ program, queue }) => {
      await program('worker', { queue: await queue({ type: 'classic' }) });
      await new Promise(() => {});
    });`,
}).withPages();
const provider = await embedded.available();

afterAll(() => {
  project.remove();
});

/** Whether such a process runs among those that the command started. */
async function runs(what: string): Promise<boolean> {
  return await askUntil(
    async () => project.processes().some(({ command }) => command.includes(what)),
    (found) => found,
    { within: 50_000, interval: 100 },
  );
}

describe.skipIf(!provider.works)(`SIGKILL${provider.works ? '' : `: ${provider.why}`}`, () => {
  test('of the matrix ends its runs too, with their brokers and what their specs started', async () => {
    const command = project.command(['matrix', 'embedded']);
    expect(await runs('programs')).toBe(true);
    command.kill('SIGKILL');
    expect((await command).signal).toBe('SIGKILL');
    await project.nothingIsLeft();
  });

  test('of profile ends its broker too', async () => {
    const command = project.command(['profile', 'embedded']);
    expect(await runs('beam.smp')).toBe(true);
    command.kill('SIGKILL');
    expect((await command).signal).toBe('SIGKILL');
    await project.nothingIsLeft();
  });
});
