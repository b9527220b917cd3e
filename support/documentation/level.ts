import type { DocumentationLink } from '../verdict/outcome.ts';
import { type Rule, ruleOf } from './rules.ts';

/** How binding the documentation is, the strongest first. */
const levels = ['MUST', 'MUST NOT', 'SHOULD', 'SHOULD NOT', 'MAY', 'MAY NOT'] as const;

/** `promised`: by documentation that does not say how binding it is. */
export type Level = (typeof levels)[number] | 'promised';

/**
 * How binding what a claim says is: as the strongest of the rules that it links. A rule that RabbitMQ says it breaks
 * does not count, since a claim links it to say what happens instead.
 */
export function levelOf({ documented }: { documented: readonly Pick<DocumentationLink, 'title'>[] }): Level {
  const all = new Set(documented.flatMap((link) => levelsOf(ruleOf(link))));
  return levels.find((level) => all.has(level)) ?? 'promised';
}

function levelsOf(rule: Rule | undefined): string[] {
  if (rule === undefined) return [];
  const statuses = rule.status.split(', ');
  return rule.level.split(', ').filter((level, place) => {
    const status = statuses[place] ?? statuses[0];
    return level.startsWith('MAY') || (status !== 'failing' && status !== "doesn't");
  });
}
