import type { Colors } from '../verdict/style.ts';
import { paint } from '../verdict/style.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import type { Comparison, Difference } from './compare.ts';

/**
 * A comparison for people, in a terminal or a log.
 *
 * @param linkOf where the evidence of both sides stands side by side
 */
export function comparisonText(
  comparison: Comparison,
  linkOf: (difference: Difference) => string,
  colors: Colors,
): string {
  const { from, to, differences, incomparable } = comparison;
  const groups = byArea(differences).map(([area, own]) =>
    [
      colors.bold(area),
      ...own.flatMap((difference) => [
        `  ${outcomeName(difference.id.slice(area.length + 1), difference.queueType)}: ${paint(difference.from.verdict, difference.from.verdict, colors)} → ${paint(difference.to.verdict, difference.to.verdict, colors)}`,
        `    ${difference.says}`,
        ...reasons(comparison, difference).map((reason) => `    ${reason.replaceAll('\n', '\n    ')}`),
        ...difference.documented.map(({ url }) => colors.dim(`    documented: ${url}`)),
        colors.dim(`    evidence: ${linkOf(difference)}`),
      ]),
    ].join('\n'),
  );
  return [
    `${colors.bold(from.title)} → ${colors.bold(to.title)}`,
    ...groups,
    ...(incomparable.length === 0
      ? []
      : [
          [
            colors.bold('Could not be compared'),
            ...incomparable.map(({ id, why }) => `  ${id}: ${why}`),
          ].join('\n'),
        ]),
    ending(comparison),
  ].join('\n\n');
}

/** The same as Markdown, for a pull request. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { from, to, differences, incomparable } = comparison;
  const tables = byArea(differences).map(([area, own]) =>
    [
      `### ${area}`,
      '',
      `| claim | ${cell(from.title)} | ${cell(to.title)} | why |`,
      '|---|---|---|---|',
      ...own.map((difference) => {
        const links = difference.documented.map(({ title, url }) => `[${cell(title)}](${url})`).join(', ');
        const why = reasons(comparison, difference).map(cell).join('<br>');
        return `| \`${outcomeName(difference.id, difference.queueType)}\`<br>${cell(difference.says)}<br>${links} | ${difference.from.verdict} | ${difference.to.verdict} | ${why} |`;
      }),
    ].join('\n'),
  );
  return [
    `## ${from.title} → ${to.title}`,
    ...tables,
    ...(incomparable.length === 0
      ? []
      : [
          [
            '### Could not be compared',
            '',
            ...incomparable.map(({ id, why }) => `- \`${id}\`: ${cell(why)}`),
          ].join('\n'),
        ]),
    ending(comparison),
  ].join('\n\n');
}

function ending({ differing, incomparable, same }: Comparison): string {
  const told = differing === 1 ? '1 claim differs' : `${differing} claims differ`;
  return `${told}, ${same} show the same on both, ${incomparable.length} could not be compared.`;
}

function reasons({ from, to }: Comparison, difference: Difference): string[] {
  return [
    { title: from.title, reason: difference.from.reason },
    { title: to.title, reason: difference.to.reason },
  ].flatMap(({ title, reason }) => (reason === undefined ? [] : [`${title}: ${reason}`]));
}

function byArea(differences: readonly Difference[]): [string, Difference[]][] {
  const areas = new Map<string, Difference[]>();
  for (const difference of differences)
    areas.set(difference.area, [...(areas.get(difference.area) ?? []), difference]);

  return [...areas];
}

/** Text in a cell of a Markdown table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s*\n\s*/g, '<br>');
}
