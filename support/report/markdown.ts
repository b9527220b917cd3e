import { printable } from '../evidence/printable.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import { verdictNames } from '../verdict/style.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { type Changes, countsOfChanges, groupsOf, namesInWords } from './changes.ts';
import { byClaim } from './claim-outcomes.ts';
import { type ClaimResult, messagesOf } from './claim-result.ts';
import { codeBlock, inlineCode, inlineMarkdown, markdownLink, markdownTable } from './markdown-text.ts';
import { rerunCommand } from './rerun.ts';
import { countsOf, type RunFacts } from './results.ts';

/** A message may hold all that was seen; the report has the whole of it. */
const mostLines = 12;
const mostCharacters = 1_500;
/** GitHub refuses a summary of more than a megabyte. */
const mostBad = 100;
const mostReasons = 12;

/** A run in Markdown: the counts, all that is bad, what has changed, and what was not tried. */
export function summaryMarkdown(run: RunFacts, results: readonly ClaimResult[]): string {
  const parts = [
    `## ${inlineMarkdown(run.broker?.title ?? 'No broker')}`,
    ...(results.length === 0 ? [] : [countsTable(results)]),
    ...run.problems.map((problem) => `**Broken set-up:**\n\n${codeBlock(shortened(problem))}`),
    ...(run.interrupted ? [`**Interrupted:** ${run.notRun} were not run.`] : []),
    ...findings(run.broker),
    ...upgraded(run.broker),
    ...bad(results, run.broker, 'violated'),
    ...bad(results, run.broker, 'could not run'),
    ...(run.changes === undefined ? [] : [changes(run.changes)]),
    ...notTried(results),
  ];
  return printable(parts.map((part) => `${part}\n`).join('\n'));
}

function countsTable(results: readonly ClaimResult[]): string {
  const claims = byClaim(results);
  const counts = countsOf(claims);
  const shown = verdictNames.filter((verdict) => counts[verdict] > 0);
  return markdownTable(
    ['claims', ...shown],
    [[String(claims.length), ...shown.map((verdict) => String(counts[verdict]))]],
  );
}

/** Where the broker contradicts its profile. */
function findings(broker: RunFacts['broker']): string[] {
  const { findings: found = [] } = broker ?? {};
  if (found.length === 0) return [];
  return [
    `### Not as its profile says\n\n${found.map(({ says }) => `- ${inlineMarkdown(says)}`).join('\n')}`,
  ];
}

/** What an upgrade in place has changed in what the broker had. */
function upgraded(broker: RunFacts['broker']): string[] {
  if (broker?.upgraded === undefined) return [];
  const { from, to, changes } = broker.upgraded;
  const told = changes.length === 0 ? ['nothing that its management API tells'] : changes;
  return [
    `### What the upgrade from ${inlineMarkdown(from)} to ${inlineMarkdown(to)} changed\n\n${told.map((each) => `- ${inlineMarkdown(each)}`).join('\n')}`,
  ];
}

function bad(results: readonly ClaimResult[], broker: RunFacts['broker'], verdict: Verdict): string[] {
  const own = results.filter((result) => result.verdict === verdict);
  if (own.length === 0) return [];
  const told = own.slice(0, mostBad).map((result) => {
    const { claim, queueType } = result;
    return [
      `**${inlineCode(outcomeName(claim.id, queueType))}** ${inlineMarkdown(claim.says)}`,
      codeBlock(shortened(messagesOf(result).join('\n\n'))),
      `Documented: ${claim.documented.map(markdownLink).join(', ')}`,
      `Again: ${inlineCode(rerunCommand(claim.id, broker, queueType))}`,
    ].join('\n\n');
  });
  const more = own.length - told.length;
  return [
    `### ${capitalised(verdict)}`,
    ...told,
    ...(more === 0 ? [] : [`${more} more stand in the report.`]),
  ];
}

function changes(since: Changes): string {
  const { title, endedAt } = since.baseline;
  const rows = groupsOf(since).map(({ from, to, reason = '', names }) => [
    inlineMarkdown(namesInWords(names)),
    from,
    to,
    inlineMarkdown(shortened(reason)),
  ]);
  return [
    `### Since the run on ${inlineMarkdown(title)} that ended ${endedAt.slice(0, 16).replace('T', ' ')} UTC`,
    ...(rows.length === 0 ? [] : [markdownTable(['claims', 'then', 'now', 'why'], rows)]),
    countsOfChanges(since),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** Claims that were not tried, by the reason; those with the most claims come first. */
function notTried(results: readonly ClaimResult[]): string[] {
  const groups = new Map<string, Set<string>>();
  for (const { claim, verdict, reason = 'no reason was given' } of results) {
    if (verdict !== 'not testable' && verdict !== 'not applicable') continue;
    const why = `${verdict}: ${reason}`;
    groups.set(why, (groups.get(why) ?? new Set()).add(claim.id));
  }
  if (groups.size === 0) return [];
  const sorted = [...groups].sort(([, one], [, other]) => other.size - one.size);
  const lines = sorted.map(
    ([why, { size }]) => `- ${size} ${size === 1 ? 'claim' : 'claims'}, ${inlineMarkdown(shortened(why))}`,
  );
  const more = lines.length - mostReasons;
  return [
    '### Not tried',
    [...lines.slice(0, mostReasons), ...(more > 0 ? [`- and more, for ${more} other reasons`] : [])].join(
      '\n',
    ),
  ];
}

function shortened(text: string): string {
  const lines = text.trim().split('\n');
  const short = lines.slice(0, mostLines).join('\n').slice(0, mostCharacters);
  return short.length < text.trim().length ? `${short} …` : short;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
