import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { choiceVariables } from '../broker/choose.ts';
import { root } from '../project.ts';
import { provenanceOf } from '../proof/provenance.ts';
import { readResults } from '../report/results.ts';

/** Somebody's folder, in which the package is installed with what it depends on, and nothing else is. */
const folder = mkdtempSync(join(tmpdir(), 'brokerproof-package-'));
const installed = join(folder, 'node_modules/brokerproof');

const dependencies = z.record(z.string(), z.string());
const manifest = z
  .object({ dependencies, devDependencies: dependencies })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));

beforeAll(async () => {
  mkdirSync(installed, { recursive: true });
  // Its declarations are not of interest here, and take long
  const packed = await execa('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: root,
  });
  await execa('tar', ['xzf', join(folder, packed.stdout.trim()), '--strip-components=1', '-C', installed]);
  for (const name of Object.keys(manifest.dependencies)) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  const spec = join(folder, 'my-specs/orders/order.spec.ts');
  mkdirSync(dirname(spec), { recursive: true });
  writeFileSync(
    spec,
    `import { claim, docs, expect, mutants } from 'brokerproof';
     claim('orders/order', {
       says: 'Orders come in order.', documented: [docs('queues')], refutedBy: [mutants.routingKeysIgnored],
       queueTypes: 'unvaried',
     }, async ({ queue, producer, program }) => {
       const orders = await queue({ type: 'classic' });
       await (await producer()).sendToQueue(orders, ['one', 'two']);
       await (await program('worker', { queue: orders })).told('received', 2);
     });`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function brokerproof(...args: string[]) {
  const unset = [...choiceVariables, 'VITEST', 'TEST', 'NODE_ENV', 'FORCE_COLOR', 'GITHUB_STEP_SUMMARY'];
  return execa(process.execPath, [join(installed, 'support/commands/run.mjs'), ...args], {
    cwd: folder,
    env: { ...Object.fromEntries(unset.map((name) => [name, undefined])), NO_COLOR: '1' },
    stdin: 'ignore',
    reject: false,
    all: true,
  });
}

function filesIn(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
}

test('it holds no tests, and nothing that only they use', () => {
  const files = filesIn(installed);
  expect(files.filter((name) => /\.(?:test|test-support|bench)\.|\.png$/.test(name))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['specs/excluded.json', 'fixtures/programs/worker.ts']));
});

test("its claims are the project's, and what is proven of them is proven here as well", async () => {
  const { stdout } = await brokerproof('claims', '--json');
  const claims = z
    .array(
      z.object({
        id: z.string(),
        file: z.string(),
        refutedBy: z.array(z.object({ name: z.string(), says: z.string() })),
      }),
    )
    .parse(JSON.parse(stdout));
  expect(claims.length).toBeGreaterThan(200);
  expect(claims.map((claim) => [claim.id, provenanceOf(claim, installed)])).toEqual(
    claims.map((claim) => [claim.id, provenanceOf(claim, root)]),
  );
  expect(filesIn(join(installed, 'fixtures/proofs'))).toEqual(filesIn(join(root, 'fixtures/proofs')));
});

test("somebody's own claims are run, the report lies in the working directory, and nothing in the package", async () => {
  const before = filesIn(installed);
  const { exitCode, all } = await brokerproof('test', './my-specs');
  expect({ exitCode, all }).toEqual({
    exitCode: 0,
    all: expect.stringContaining('Report: reports/index.html') as string,
  });
  const { claims, broker } = readResults(join(folder, 'reports/results.json'));
  expect(claims.map(({ id, area, file, verdict }) => ({ id, area, file, verdict }))).toEqual([
    { id: 'orders/order', area: 'orders', file: 'my-specs/orders/order.spec.ts', verdict: 'holds' },
  ]);
  expect(broker?.rerun).toMatch(/npx brokerproof test \.\/my-specs$/);
  expect(filesIn(installed)).toEqual(before);
});
