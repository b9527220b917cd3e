import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { addClaim } from '../claim/new-claim.ts';
import { UsageError } from '../errors.ts';
import { terminal } from '../run/live-line.ts';

/**
 * `pnpm claim new AREA/SLUG --says SENTENCE --documented URL [--topic TOPIC]`: writes a claim, whose story is to be
 * written yet, into its spec file.
 *
 * - `--documented`: of a section of RabbitMQ's documentation; several where several say it.
 * - `--topic`: names the file, which may be there already; by default the slug does.
 *
 * @throws UsageError when the id is malformed or taken, there is no such area, or a link leads to no documentation
 */
export async function run(args: string[]): Promise<void> {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      says: { type: 'string', default: '' },
      documented: { type: 'string', multiple: true, default: [] },
      topic: { type: 'string' },
    },
  });
  const [what, id, ...others] = positionals;
  if (what !== 'new' || id === undefined || others.length > 0) {
    throw new UsageError(
      'One new claim is to be named.',
      'Write pnpm claim new consuming/round-robin --says "…" --documented https://www.rabbitmq.com/docs/…',
    );
  }
  const { says, documented, topic } = values;
  const file = addClaim({ id, says, documented, topic }, process.cwd());
  await execa('oxfmt', [file], { preferLocal: true });
  terminal.line(
    [
      `${file} has the claim ${id}.`,
      'Write its story in place of "unwritten", and name in "refutedBy" the mutants that it must tell from a right broker.',
      `Then: pnpm test --watch ${id}`,
    ].join('\n'),
  );
}
