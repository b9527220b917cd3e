import { execa } from 'execa';
import { addClaim } from '../claim/new-claim.ts';
import { UsageError } from '../errors.ts';
import { asTyped, root } from '../project.ts';
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
export async function run(
  what: string,
  id: string,
  { says = '', documented = [], topic }: { says?: string; documented?: string[]; topic?: string },
): Promise<void> {
  if (what !== 'new')
    throw new UsageError(`There is no command "claim ${what}".`, `Write ${asTyped('claim')} new AREA/SLUG.`);
  const file = addClaim({ id, says, documented, topic }, root);
  await execa('oxfmt', [file], { preferLocal: true });
  terminal.line(
    [
      `${file} has the claim ${id}.`,
      'Write its story in place of "unwritten", and name in "refutedBy" the mutants that it must tell from a right broker.',
      `Then: ${asTyped('test')} --watch ${id}`,
    ].join('\n'),
  );
}
