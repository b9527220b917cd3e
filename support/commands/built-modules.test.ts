import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProjectCopy } from './project-copy.test-support.ts';

const claims = `
  import { claim, docs, unwritten } from '#support';
  claim('queues/order', { says: 'It comes in order.', documented: [docs('queues')], refutedBy: [] }, unwritten);`;

let project: ProjectCopy;
let kept: string;

beforeEach(() => {
  project = new ProjectCopy({ 'queues/order.spec.ts': claims });
  // Copies share what is built; this one is to build
  kept = join(project.folder, 'node_modules/.cache/brokerproof/built');
  rmSync(kept);
});
afterEach(() => {
  project.remove();
});

async function lists(): Promise<void> {
  const { exitCode, all } = await project.command(['claims']);
  expect({ exitCode, all }).toEqual({ exitCode: 0, all: 'queues/order  It comes in order.\n1 claim' });
}

test('modules are built once, again where they are not as they were built, and when a source has changed', async () => {
  await lists();
  const [digest = ''] = readdirSync(kept);
  const file = join(kept, digest, 'program.js');
  const whole = readFileSync(file, 'utf8');
  await lists();
  expect(readdirSync(kept)).toEqual([digest]);
  writeFileSync(file, whole.replace('brokerproof', 'brokenproof'));
  await lists();
  expect(readFileSync(file, 'utf8')).toBe(whole);
  project.change('support/errors.ts', (content) => `${content}\nexport const more = true;\n`);
  await lists();
  expect(readdirSync(kept)).toHaveLength(2);
});

test('where nothing can be kept, they are taken as they are', async () => {
  mkdirSync(join(kept, '..'), { recursive: true });
  writeFileSync(kept, 'no folder');
  await lists();
});
