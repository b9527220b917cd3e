import { parseArgs } from 'node:util';
import picocolors from 'picocolors';
import { createVitest } from 'vitest/node';
import type { ClaimDescription } from '../verdict/outcome.ts';
import { UsageError } from '../errors.ts';
import { aligned } from '../evidence/aligned.ts';
import { type Guarantees, guaranteesOf } from '../matrix/guarantees.ts';
import { paint, sign } from '../verdict/style.ts';
import { selectionOf } from '../run/selection.ts';

/**
 * `pnpm claims [area | claim …] [--json] [--for product@version]`: lists the claims, without starting a broker.
 *
 * - `--for`: what stored results say of each on a broker.
 *
 * @throws UsageError when a spec file can't be read as claims
 */
export async function run(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, for: { type: 'string' } },
  });
  const claims = await collect(positionals);
  if (values.for !== undefined) {
    const answers = guaranteesOf(values.for, claims);
    process.stdout.write(values.json ? `${JSON.stringify(answers, undefined, 2)}\n` : inWords(answers));
    return;
  }
  if (values.json) {
    process.stdout.write(`${JSON.stringify(claims, undefined, 2)}\n`);
    return;
  }
  const width = Math.max(0, ...claims.map(({ id }) => id.length));
  for (const { id, says } of claims) process.stdout.write(`${id.padEnd(width)}  ${says}\n`);
  process.stdout.write(`${claims.length} claims\n`);
}

function inWords({ broker, seenAt, claims }: Guarantees): string {
  const rows = claims.map(({ id, verdict, says, reason }) => [
    sign(verdict, picocolors),
    id,
    paint(verdict, verdict, picocolors),
    reason === undefined ? says : `${says} ${picocolors.dim(reason.split('\n')[0] ?? '')}`,
  ]);
  return `${aligned(rows).join('\n')}\n${broker}, as seen ${seenAt}\n`;
}

async function collect(names: readonly string[]): Promise<ClaimDescription[]> {
  const { files, testNamePattern } = selectionOf(names);
  const vitest = await createVitest('test', { watch: false, reporters: [{}] });
  try {
    const { testModules, unhandledErrors } = await vitest.collect(files);
    const errors = [...testModules.flatMap((module) => module.errors()), ...unhandledErrors];
    if (errors.length > 0) throw new UsageError(errors.map(messageOf).join('\n'), 'Mend the spec files.');

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
