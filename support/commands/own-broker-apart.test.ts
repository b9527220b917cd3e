import { afterAll, describe, expect, test } from 'vitest';
import { embedded } from '../broker/node/embedded.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const about = `{ says: 'It is said.', documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried' }`;
const restarting = about.replace('}', `, needs: ['restart'] }`);
const imports = `
  import { existsSync, writeFileSync } from 'node:fs';
  import { join } from 'node:path';
  import { claim, docs, expect } from '#support';
  const happened = (what) => existsSync(join(process.cwd(), what));
  const happens = (what) => writeFileSync(join(process.cwd(), what), '');`;
/** So many that they get two brokers. */
const many = Array.from(
  { length: 100 },
  (_, index) => `claim('beside/one-of-many-${index}', ${about}, async () => {});`,
);
const project = new ProjectCopy({
  'beside/many.spec.ts': `${imports}${many.join('')}
    claim('beside/stays-connected', ${about}, async ({ queue, openChannel }) => {
      const tasks = await queue({ type: 'classic' });
      const channel = await openChannel();
      await expect(async () => happened('first-restart')).toBecome(true, { within: 30_000 });
      await expect(channel).toBeAccepted();
      expect(await tasks.exists()).toBe(true);
      happens('stayed');
    });`,
  'beside/first.apart.spec.ts': restarted('first-restart', `!happened('second-restart')`),
  'beside/second.apart.spec.ts': restarted('second-restart', `happened('first-restart')`),
  'after/together.spec.ts': `${imports}
    claim('after/waits', ${about}, async ({ queue }) => {
      await queue({ type: 'classic' });
      await new Promise((resolve) => setTimeout(resolve, 500));
      happens('waited');
    });`,
  'after/apart.apart.spec.ts': restarted('after', `happened('waited')`).replace('beside/', 'after/'),
});
const provider = await embedded.available();

/** A spec that restarts the broker. @param before what has to be true when it begins */
function restarted(name: string, before: string): string {
  return `${imports}
  claim('beside/${name}', ${restarting}, async ({ broker, queue }) => {
    expect(${before}, 'what happened before').toBe(true);
    const tasks = await queue({ type: 'classic' });
    await broker.restart();
    expect(await tasks.exists()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 200));
    happens('${name}');
  });`;
}

afterAll(() => {
  project.remove();
});

describe.skipIf(!provider.works)(`embedded${provider.works ? '' : `: ${provider.why}`}`, () => {
  test('of many claims, those that run apart run beside all others, one file after the other, on a broker of their own', async () => {
    const { exitCode, all } = await project.command(['test', 'beside'], { BROKER: 'embedded' });

    expect(exitCode === 0 ? '' : all).toBe('');
    expect(project.verdicts()).toMatchObject({
      'beside/stays-connected': 'holds',
      'beside/first-restart': 'holds',
      'beside/second-restart': 'holds',
    });
    await project.nothingIsLeft();
  });

  test('of few claims, those that run apart run when all others are done, on the same broker', async () => {
    const { exitCode, all } = await project.command(['test', 'after'], { BROKER: 'embedded' });

    expect(exitCode === 0 ? '' : all).toBe('');
    expect(project.verdicts()).toEqual({ 'after/waits': 'holds', 'after/after': 'holds' });
    await project.nothingIsLeft();
  });
});
