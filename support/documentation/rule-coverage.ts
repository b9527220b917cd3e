import type { DocumentationLink } from '../verdict/outcome.ts';
import excluded from './excluded-rules.json' with { type: 'json' };
import { type Rule, ruleOf, rules } from './rules.ts';

/** What the suite makes of a rule. */
export interface CoveredRule {
  rule: Rule;
  /** `covered`: by the claims that link it; `open`: no claim speaks of it, and nothing says why. */
  status: 'covered' | 'excluded' | 'open';
  /** Their ids, in the order in which they were given. */
  claims: string[];
  /** Why it is excluded. */
  because?: string;
}

/** By the id of a rule, why no claim speaks of it. */
export const excludedRules: Readonly<Record<string, string>> = excluded;

/** Each rule of AMQP 0-9-1, in the order of the documentation, with the claims that link it. */
export function ruleCoverage(
  claims: readonly { id: string; documented: readonly Pick<DocumentationLink, 'title'>[] }[],
): CoveredRule[] {
  const covering = new Map<string, string[]>();
  for (const { id, documented } of claims) {
    for (const rule of new Set(documented.flatMap((link) => ruleOf(link)?.id ?? [])))
      covering.set(rule, [...(covering.get(rule) ?? []), id]);
  }
  return rules.map((rule) => {
    const own = covering.get(rule.id) ?? [];
    if (own.length > 0) return { rule, status: 'covered', claims: own };
    const because = excludedRules[rule.id];
    return because === undefined
      ? { rule, status: 'open', claims: own }
      : { rule, status: 'excluded', claims: own, because };
  });
}
