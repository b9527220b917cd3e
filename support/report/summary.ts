import { excludedFile } from '../claim/excluded.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { aligned } from '../evidence/aligned.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import { byClaim, claimsInWords, type ClaimOutcomes } from './claim-outcomes.ts';
import { changesText } from './changes-text.ts';
import { messagesOf, type ClaimResult } from './claim-result.ts';
import { proofText } from './proof-text.ts';
import { asTyped } from '../project.ts';
import { rerunCommand } from './rerun.ts';
import { countsOf, type RunFacts } from './results.ts';
import { paint, sign, verdictNames, type Colors } from '../verdict/style.ts';

const slowestShown = 10;
/** Of many claims with the same reason, so many are named. */
const mostNamed = 6;

const holdsExplained = `holds: passed, and nobody has shown yet that the spec can fail; ${asTyped('prove')} shows it`;

function indented(text: string, by: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(by));
}

function table(results: readonly ClaimOutcomes[], colors: Colors): string {
  const all = countsOf(results);
  const shown = verdictNames.filter((verdict) => all[verdict] > 0);
  const row = (name: string, of: readonly ClaimOutcomes[]): string[] => {
    const counts = countsOf(of);
    return [
      name,
      ...shown.map((verdict) =>
        counts[verdict] === 0 ? colors.dim('·') : paint(verdict, String(counts[verdict]), colors),
      ),
    ];
  };
  const areas = [...new Set(results.map(({ claim }) => claim.area))].sort();
  const rows = [
    ['', ...shown.map((verdict) => colors.dim(verdict))],
    ...areas.map((area) =>
      row(
        area,
        results.filter(({ claim }) => claim.area === area),
      ),
    ),
    ...(areas.length > 1 ? [row(colors.bold('all'), results)] : []),
  ];
  const lines = aligned(
    rows,
    shown.map((_verdict, index) => index + 1),
  );
  return [...lines, ...(all.holds > 0 ? ['', colors.dim(holdsExplained)] : [])].join('\n');
}

function badOnes(
  results: readonly ClaimResult[],
  broker: RunFacts['broker'],
  verdict: 'violated' | 'could not run',
  colors: Colors,
): string[] {
  return results
    .filter((result) => result.verdict === verdict)
    .map((result) => {
      const { claim, queueType } = result;
      return [
        `${sign(verdict, colors)} ${colors.bold(outcomeName(claim.id, queueType))} ${paint(verdict, verdict, colors)}`,
        indented(claim.says, 2),
        ...messagesOf(result).map((message) => indented(message, 4)),
        indented(colors.dim(`Again: ${rerunCommand(claim.id, broker, queueType)}`), 2),
      ].join('\n');
    });
}

/** Claims that gave no answer here, grouped by the reason. */
function withReason(results: readonly ClaimResult[], verdict: Verdict, colors: Colors): string[] {
  const groups = new Map<string, { claims: Set<string>; names: string[] }>();
  for (const { claim, queueType, reason, verdict: own } of results) {
    if (own !== verdict) continue;
    const why = reason ?? 'no reason was given';
    const group = groups.get(why) ?? { claims: new Set(), names: [] };
    groups.set(why, group);
    group.claims.add(claim.id);
    group.names.push(outcomeName(claim.id, queueType));
  }
  if (groups.size === 0) return [];
  const title = verdict.charAt(0).toUpperCase() + verdict.slice(1);
  return [
    [
      `${title}:`,
      ...[...groups].flatMap(([why, { claims, names }]) => {
        const more = names.length - mostNamed;
        const named =
          more > 1 ? `${names.slice(0, mostNamed).join(', ')} and ${more} more` : names.join(', ');
        return [`  ${claimsInWords(claims.size)}: ${why}`, `    ${colors.dim(named)}`];
      }),
    ].join('\n'),
  ];
}

/** Where the broker contradicts its profile. */
function findings(broker: RunFacts['broker'], colors: Colors): string[] {
  const { findings: found = [] } = broker ?? {};
  if (found.length === 0) return [];
  const lines = found.map(({ about, says }) => (about === 'capabilities' ? colors.red(says) : says));
  return [`Not as its profile says:\n${indented(lines.join('\n'), 2)}`];
}

/** What an upgrade in place has changed in what the broker had. */
function upgraded(broker: RunFacts['broker']): string[] {
  if (broker?.upgraded === undefined) return [];
  const { from, to, changes } = broker.upgraded;
  const told = changes.length === 0 ? ['nothing that its management API tells'] : changes;
  return [`The upgrade from ${from} to ${to} changed:\n${indented(told.join('\n'), 2)}`];
}

/** Claims that were proven before, grouped by what has changed since. */
function outdated(results: readonly ClaimResult[]): string[] {
  const groups = new Map<string, Set<string>>();
  for (const { claim, outdated: since } of results)
    if (since !== undefined) groups.set(since, (groups.get(since) ?? new Set()).add(claim.id));
  if (groups.size === 0) return [];
  const lines = [...groups].map(([since, { size }]) => `${claimsInWords(size)}: ${since}`);
  return [`Not proven any more; ${asTyped('prove')} proves them again:\n${indented(lines.join('\n'), 2)}`];
}

function slowest(results: readonly ClaimResult[], colors: Colors): string[] {
  const timed = results
    .filter(({ duration }) => duration > 0)
    .sort((one, other) => other.duration - one.duration)
    .slice(0, slowestShown);
  if (timed.length === 0) return [];
  const rows = timed.map(({ claim, queueType, duration }) => [
    `${(duration / 1000).toFixed(2)} s`,
    outcomeName(claim.id, queueType),
    colors.dim(claim.file),
  ]);
  return [`Slowest:\n${indented(aligned(rows, [0]).join('\n'), 2)}`];
}

function ending(results: readonly ClaimOutcomes[], run: RunFacts): string {
  const seconds = ((run.endedAt.getTime() - run.startedAt.getTime()) / 1000).toFixed(1);
  const { broker } = run;
  const profile =
    broker === undefined || broker.profile !== undefined
      ? ''
      : `\nNo profile describes it: nothing is expected of it but what is documented. ${asTyped('profile')} drafts one.`;
  return `${claimsInWords(results.length)} in ${seconds} s: ${broker?.title ?? 'no broker'}${profile}`;
}

/** The end of a run in words, for a terminal or a log: verdicts by area, and whatever asks for attention. */
export function summaryText(run: RunFacts, results: readonly ClaimResult[], colors: Colors): string {
  const claims = byClaim(results);
  return [
    ...(results.length === 0 ? [] : [table(claims, colors)]),
    ...slowest(results, colors),
    ...withReason(results, 'not applicable', colors),
    ...withReason(results, 'not testable', colors),
    ...withReason(results, 'deviates', colors),
    ...outdated(results),
    ...proofText(results, run.broker),
    ...findings(run.broker, colors),
    ...upgraded(run.broker),
    ...badOnes(results, run.broker, 'could not run', colors),
    ...badOnes(results, run.broker, 'violated', colors),
    ...(run.changes === undefined ? [] : [changesText(run.changes, colors)]),
    ...run.problems.map((problem) => `${colors.red('Broken set-up:')} ${problem}`),
    ...(run.notRun > 0 ? [colors.yellow(`${run.notRun} not run: interrupted`)] : []),
    ...(run.excluded.length > 0
      ? [
          colors.dim(
            `${run.excluded.length} documented behaviours are excluded, each for a reason: ${excludedFile}`,
          ),
        ]
      : []),
    ending(claims, run),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}
