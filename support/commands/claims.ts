import { join } from 'node:path';
import picocolors from 'picocolors';
import { claimsIn } from '../claim/places.ts';
import { checkSuccession } from '../claim/succession.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import { baseOf, root } from '../project.ts';
import { aligned } from '../evidence/aligned.ts';
import { type Guarantees, guaranteesOf } from '../matrix/guarantees.ts';
import { regressionText, seenText } from '../verdict/regression-text.ts';
import { paint, sign } from '../verdict/style.ts';
import { terminal } from '../run/live-line.ts';
import { selectionOf } from '../run/selection.ts';
import { claimsInWords } from '../report/claim-outcomes.ts';
import { claimsOf } from './kept-claims.ts';

interface Options {
  json?: boolean;
  regressions?: boolean;
  for?: string;
}

/**
 * Lists the claims, without starting a broker.
 *
 * @param names areas, claims, or spec files; none: everything
 * @param options `json`: for programs; `regressions`: the bugs of released brokers that refute them, and how each was
 *   seen; `for`: what stored results say of each on a broker, `rabbitmq@4.3`
 * @throws UsageError when a spec file can't be read as claims
 */
export async function run(
  names: readonly string[],
  { json = false, regressions = false, for: asked }: Options,
): Promise<void> {
  const claims = await collect(names);
  // A part need not have both forms of a change
  if (names.length === 0) checkSuccession(claims);
  if (asked !== undefined) {
    const answers = guaranteesOf(asked, claims);
    if (json) process.stdout.write(`${JSON.stringify(answers, undefined, 2)}\n`);
    else terminal.line(inWords(answers));
    return;
  }
  if (regressions) {
    tellRegressions(claims, json);
    return;
  }
  if (json) {
    process.stdout.write(`${JSON.stringify(claims, undefined, 2)}\n`);
    return;
  }
  terminal.line([...listOf(claims), claimsInWords(claims.length)].join('\n'));
}

/** A line for each; on a terminal, what a claim says stands below its id, where it has room. */
function listOf(claims: readonly ClaimDescription[]): string[] {
  if (terminal.width !== undefined) return claims.map(({ id, says }) => `${picocolors.bold(id)}\n  ${says}`);
  return aligned(claims.map(({ id, says }) => [id, says]));
}

function tellRegressions(claims: readonly ClaimDescription[], asJson: boolean): void {
  const all = claims.flatMap(({ id, regressions }) =>
    regressions.map((regression) => ({ claim: id, ...regression })),
  );
  if (asJson) {
    process.stdout.write(`${JSON.stringify(all, undefined, 2)}\n`);
    return;
  }
  for (const each of all) {
    terminal.line(
      `${picocolors.bold(each.claim)}\n  ${regressionText(each)}; ${seenText(each)}\n  ${picocolors.dim(each.report)}`,
    );
  }
  const onReleases = all.filter(({ seen }) => 'on' in seen).length;
  const byMutants = all.filter(({ seen }) => 'by' in seen).length;
  terminal.line(
    `${all.length === 1 ? '1 regression' : `${all.length} regressions`}: ${onReleases} seen to fail on a release, ${byMutants} by a mutant, ${all.length - onReleases - byMutants} not seen`,
  );
}

function inWords({ broker, seenAt, claims }: Guarantees): string {
  const rows = claims.map(({ id, verdict, says, reason, queueTypes = {} }) => [
    sign(verdict, picocolors),
    id,
    paint(verdict, verdict, picocolors),
    Object.entries(queueTypes)
      .map(([type, own]) => `${sign(own, picocolors)} ${type}`)
      .join(' '),
    reason === undefined ? says : `${says} ${picocolors.dim(reason.split('\n')[0] ?? '')}`,
  ]);
  return `${aligned(rows).join('\n')}\n${broker}, as seen ${seenAt}`;
}

/** Of the files that hold what was asked for, what was asked for, by id. @throws UsageError when a spec file can't be read as claims */
export async function collect(names: readonly string[]): Promise<ClaimDescription[]> {
  const { files, testNamePattern } = selectionOf(names, { cluster: 'either' });
  const isAsked = (file: string) =>
    files.length === 0 || files.some((asked) => join(baseOf(root), file).startsWith(asked));
  const holding = claimsIn(root)
    .map(({ file }) => file)
    .filter(isAsked);
  const claims = await claimsOf([...new Set(holding)], files.length === 0);
  return claims
    .filter(({ id }) => testNamePattern?.test(`${id}: `) ?? true)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}
