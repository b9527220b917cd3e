import type { Colors } from '../verdict/style.ts';
import { inlineMarkdown as cell } from '../report/markdown-text.ts';
import { paint } from '../verdict/style.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import {
  type Applying,
  type Change,
  type Comparison,
  countsOf,
  parted,
  type Difference,
} from './comparison.ts';

/**
 * A comparison for people, in a terminal or a log.
 *
 * @param linkOf where the evidence of both sides on a claim stands side by side
 */
export function comparisonText(
  comparison: Comparison,
  linkOf: (claim: { id: string }) => string,
  colors: Colors,
): string {
  const { from, to, different, appliesToOne, incomparable } = comparison;
  const painted = (verdict: Applying['verdict']): string => paint(verdict, verdict, colors);
  const sources = (claims: readonly (Applying | Difference)[], id: string): string[] => [
    ...linksOf(claims).map(({ url }) => colors.dim(`    documented: ${url}`)),
    colors.dim(`    evidence: ${linkOf({ id })}`),
  ];
  const differenceText = (difference: Difference): string[] => [
    `  ${shortName(difference)}: ${painted(difference.from.verdict)} → ${painted(difference.to.verdict)}`,
    `    ${difference.says}`,
    ...reasonsOf(comparison, difference).map(indented),
    ...sources([difference], difference.id),
  ];
  const changeText = (change: Change): string[] => {
    const forms = formsOf(comparison, change);
    return [
      `  ${forms.map(({ claim }) => shortName(claim)).join(' → ')}`,
      ...forms.map(({ title, claim }) => `    ${title}, ${painted(claim.verdict)}: ${claim.says}`),
      ...reasonsOfChange(comparison, change).map(indented),
      ...sources(
        forms.map(({ claim }) => claim),
        claimOf(change).id,
      ),
    ];
  };
  const inAreas = <Entry>(
    entries: readonly Entry[],
    area: (entry: Entry) => string,
    text: (entry: Entry) => string[],
  ) => groupedBy(entries, area).map(([name, own]) => [colors.bold(name), ...own.flatMap(text)].join('\n'));
  const [replaced, alone] = parted(appliesToOne);
  return [
    `${colors.bold(from.title)} → ${colors.bold(to.title)}`,
    ...headed(
      colors.bold(headings.replaced),
      inAreas(replaced, (change) => claimOf(change).area, changeText),
    ),
    ...headed(
      colors.bold(headings.different),
      inAreas(different, ({ area }) => area, differenceText),
    ),
    ...headed(
      colors.bold(headings.alone),
      inAreas(alone, (change) => claimOf(change).area, changeText),
    ),
    ...headed(
      colors.bold(headings.incomparable),
      incomparable.map((group) =>
        [
          ...obstaclesOf(comparison, group).map((line) => line.replaceAll('\n', '\n  ')),
          ...group.claims.map(({ id, queueType }) => `  ${outcomeName(id, queueType)}`),
        ].join('\n'),
      ),
    ),
    ending(comparison),
  ].join('\n\n');
}

/** The same as Markdown, for a pull request. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { from, to, different, appliesToOne, incomparable } = comparison;
  const [replaced, alone] = parted(appliesToOne);
  const head = [
    '| claim | ' + [from, to].map(({ title }) => cell(title)).join(' | ') + ' | why |',
    '|---|---|---|---|',
  ];
  const named = (claim: Applying | Difference): string =>
    `\`${outcomeName(claim.id, claim.queueType)}\`<br>${cell(claim.says)}<br>${claim.documented.map(({ title, url }) => `[${cell(title)}](${url})`).join(', ')}`;
  const row = (
    claims: readonly (Applying | Difference)[],
    verdicts: readonly string[],
    reasons: readonly string[],
  ) =>
    `| ${claims.map(named).join('<br><br>')} | ${verdicts.join(' | ')} | ${reasons.map(cell).join('<br>')} |`;
  const changeRow = (change: Change) =>
    row(
      formsOf(comparison, change).map(({ claim }) => claim),
      [change.from?.verdict ?? 'not applicable', change.to?.verdict ?? 'not applicable'],
      reasonsOfChange(comparison, change),
    );
  const table = (heading: string, rows: readonly string[]): string[] =>
    rows.length === 0 ? [] : [[`### ${heading}`, '', ...head, ...rows].join('\n')];
  return [
    `## ${cell(from.title)} → ${cell(to.title)}`,
    ...table(headings.replaced, replaced.map(changeRow)),
    ...table(
      headings.different,
      different.map((each) => row([each], [each.from.verdict, each.to.verdict], reasonsOf(comparison, each))),
    ),
    ...table(headings.alone, alone.map(changeRow)),
    ...headed(
      `### ${headings.incomparable}`,
      incomparable.map((group) =>
        [
          obstaclesOf(comparison, group).map(cell).join('<br>'),
          '',
          ...group.claims.map(({ id, queueType }) => `- \`${outcomeName(id, queueType)}\``),
        ].join('\n'),
      ),
    ),
    ending(comparison),
  ].join('\n\n');
}

const headings = {
  replaced: 'The old and the new form of a change',
  different: 'Behave differently',
  alone: 'Apply to one only',
  incomparable: 'Could not be compared',
};

function ending(comparison: Comparison): string {
  const { different, appliesToOne, changes, same, incomparable } = countsOf(comparison);
  const count = (number: number, one: string, more: string): string =>
    `${number} ${number === 1 ? one : more}`;
  return [
    count(different, 'behaves differently', 'behave differently'),
    `${count(appliesToOne, 'applies', 'apply')} to one only (${count(changes, 'change', 'changes')})`,
    count(same, 'shows the same', 'show the same'),
    `${incomparable} could not be compared.`,
  ].join(', ');
}

function formsOf({ from, to }: Comparison, change: Change): { title: string; claim: Applying }[] {
  return [
    { title: from.title, claim: change.from },
    { title: to.title, claim: change.to },
  ].flatMap(({ title, claim }) => (claim === undefined ? [] : [{ title, claim }]));
}

function reasonsOf({ from, to }: Comparison, difference: Difference): string[] {
  return [...reason(from.title, difference.from.reason), ...reason(to.title, difference.to.reason)];
}

/** Why a form does not apply to the other broker goes without saying where that has a form of its own. */
function reasonsOfChange({ from, to }: Comparison, change: Change): string[] {
  return [
    ...reason(from.title, change.from === undefined ? change.to?.notThere : change.from.reason),
    ...reason(to.title, change.to === undefined ? change.from?.notThere : change.to.reason),
  ];
}

function reason(title: string, text: string | undefined): string[] {
  return text === undefined ? [] : [`${title}: ${text}`];
}

function obstaclesOf({ from, to }: Comparison, { obstacles }: Comparison['incomparable'][number]): string[] {
  return obstacles.map(
    ({ broker, outcome, reason: why }) =>
      `${broker === from.id ? from.title : to.title}: ${outcome}${why === undefined ? '' : `: ${why}`}`,
  );
}

/** Within its area. */
function shortName({ id, area, queueType }: Applying | Difference): string {
  return outcomeName(id.slice(area.length + 1), queueType);
}

/** The claim under whose name a change is found: the newer one, where there are both. */
function claimOf({ from, to }: Change): Applying {
  const claim = to ?? from;
  if (claim === undefined) throw new Error('A change without any claim.');
  return claim;
}

function linksOf(claims: readonly (Applying | Difference)[]): Applying['documented'] {
  const links = claims.flatMap(({ documented }) => documented);
  return [...new Map(links.map((link) => [link.url, link])).values()];
}

/** The parts under a heading; nothing where there are none. */
function headed(heading: string, parts: readonly string[]): string[] {
  return parts.length === 0 ? [] : [heading, ...parts];
}

function groupedBy<Entry>(entries: readonly Entry[], key: (entry: Entry) => string): [string, Entry[]][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) groups.set(key(entry), [...(groups.get(key(entry)) ?? []), entry]);
  return [...groups];
}

function indented(text: string): string {
  return `    ${text.replaceAll('\n', '\n    ')}`;
}
