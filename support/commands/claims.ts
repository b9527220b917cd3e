import { parseArgs } from 'node:util';
import { createVitest } from 'vitest/node';
import type { ClaimDescription } from '../claim/result.ts';
import { UsageError } from '../errors.ts';
import { selectionOf } from '../run/selection.ts';

/**
 * `pnpm claims [area | claim …] [--json]`: lists the claims, without starting a broker.
 *
 * @throws UsageError when a spec file can't be read as claims
 */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const claims = await collect(positionals);
  if (values.json) {
    process.stdout.write(`${JSON.stringify(claims, undefined, 2)}\n`);
    return;
  }
  const width = Math.max(0, ...claims.map(({ id }) => id.length));
  for (const { id, says } of claims) process.stdout.write(`${id.padEnd(width)}  ${says}\n`);
  process.stdout.write(`${claims.length} claims\n`);
}

async function collect(names: readonly string[]): Promise<ClaimDescription[]> {
  const { files, testNamePattern } = selectionOf(names);
  const vitest = await createVitest('test', { watch: false, reporters: [{}] });
  try {
    const { testModules, unhandledErrors } = await vitest.collect(files);
    const errors = [...testModules.flatMap((module) => module.errors()), ...unhandledErrors];
    if (errors.length > 0) {
      throw new UsageError(errors.map(messageOf).join('\n'), 'Mend the spec files.');
    }
    return testModules
      .flatMap((module) => [...module.children.allTests()])
      .filter(({ name }) => testNamePattern?.test(name) ?? true)
      .flatMap((test) => test.meta().claim ?? [])
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  } finally {
    await vitest.close();
  }
}

/** Structural, since errors of spec files come from another process as plain data. */
function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}
