import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { claimsIn } from '../claim/places.ts';
import { queueTypeScopeSchema } from '../report/results.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const link = `documented: [docs('queues')], irrefutable: 'It is made up.', queueTypes: 'unvaried'`;
const project = new ProjectCopy({
  'listing/first.spec.ts': `
    import { claim, docs } from '#support';
    claim('listing/second', { says: 'It comes second.', ${link}, tags: ['tutorial two'] }, async () => {});
    claim('listing/first', { says: 'It comes first.', ${link}, needs: ['management'] }, async () => {});`,
  'others/other.spec.ts': `
    import { claim, docs } from '#support';
    claim('others/other', { says: 'It is another.', ${link} }, async () => {});`,
});
/** A broker that was started by mistake would show: there is none of this name. */
const noBroker = { BROKER: 'none-such' };

afterEach(async () => {
  await project.nothingIsLeft();
});
afterAll(() => {
  project.remove();
});

test('claims are listed in the order of their ids, without a broker and without a report', async () => {
  const { exitCode, stdout, stderr } = await project.command(['claims'], noBroker);
  expect(stdout.split('\n')).toEqual([
    'listing/first   It comes first.',
    'listing/second  It comes second.',
    'others/other    It is another.',
    '3 claims',
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(readdirSync(project.folder)).not.toContain('reports');
});

test('--json prints them for programs, and names choose', async () => {
  const { exitCode, stdout } = await project.command(['claims', '--json', 'listing'], noBroker);
  const claim = z.object({
    id: z.string(),
    file: z.string(),
    tags: z.array(z.string()),
    needs: z.array(z.string()),
  });
  expect(z.array(claim).parse(JSON.parse(stdout))).toEqual([
    { id: 'listing/first', file: 'specs/listing/first.spec.ts', tags: [], needs: ['management'] },
    { id: 'listing/second', file: 'specs/listing/first.spec.ts', tags: ['tutorial two'], needs: [] },
  ]);
  expect(exitCode).toBe(0);
});

test('what was read before is listed for as long as nothing has changed, and the file in which it is kept is whole', async () => {
  const copy = new ProjectCopy({
    'listing/only.spec.ts': `
      import { claim, docs } from '#support';
      claim('listing/only', { says: 'It says one thing.', ${link} }, async () => {});`,
  });
  const listed = async () => (await copy.command(['claims'], noBroker)).stdout.split('\n')[0];
  const spec = join(copy.folder, 'specs/listing/only.spec.ts');
  const kept = join(copy.folder, 'node_modules/.cache/brokerproof/claims.json');
  const whole = [await listed(), await listed()];
  writeFileSync(kept, readFileSync(kept, 'utf8').replace('one thing', 'two words'));
  const damaged = await listed();
  writeFileSync(spec, readFileSync(spec, 'utf8').replace('one thing', 'another'));
  const changed = await listed();
  copy.remove();
  expect([...whole, damaged, changed]).toEqual([
    'listing/only  It says one thing.',
    'listing/only  It says one thing.',
    'listing/only  It says one thing.',
    'listing/only  It says another.',
  ]);
});

test('a spec file that is not as it must be is named, with what to do', async () => {
  const broken = new ProjectCopy({
    'listing/id.spec.ts': `
      import { claim, docs } from '#support';
      claim('listing/Bad Id', { says: 'Its id is malformed.', ${link} }, async () => {});`,
    'listing/elsewhere.spec.ts': `
      import { claim, docs } from '#support';
      claim('others/x', { says: 'It lies elsewhere.', ${link} }, async () => {});`,
  });
  const { exitCode, all } = await broken.command(['claims'], noBroker);
  broken.remove();
  expect(all).toContain('specs/listing/id.spec.ts:3: "listing/Bad Id" is not a claim id.');
  expect(all).toContain('specs/listing/elsewhere.spec.ts:3: the claim others/x belongs in specs/others/.');
  expect(all).not.toMatch(/^ +at /m);
  expect(exitCode).toBe(2);
});

test('what reading the specs tells of the claims, before a run, is what they say when they are loaded', async () => {
  const { stdout } = await execa('node', ['support/commands/run.mjs', 'claims', '--json']);
  const claim = z.object({ id: z.string(), file: z.string(), queueTypes: z.array(queueTypeScopeSchema) });
  const loaded = z.array(claim).parse(JSON.parse(stdout));
  const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
  expect(claimsIn(process.cwd()).sort(byId)).toEqual(
    loaded.map(({ queueTypes, ...place }) => ({
      ...place,
      queueTypes: queueTypes
        .filter(({ appliesTo }) => appliesTo === undefined || Object.keys(appliesTo).length > 0)
        .map(({ queueType }) => queueType),
    })),
  );
});
