import type { DocumentationLink } from '../verdict/outcome.ts';
import listed from './rules.json' with { type: 'json' };

/** A rule of AMQP 0-9-1, as RabbitMQ's documentation lists it. */
export interface Rule {
  /** `rule:queue/declare/durable/support`, or `pdf:4.2.3/1`: the first of the rules in section 4.2.3. */
  id: string;
  /** MUST, SHOULD NOT …; several where its sentences have several: `MUST, MAY`. */
  level: string;
  /** Which side implements the method in whose description it stands; that need not be the one that it binds. */
  actor: 'server' | 'client' | 'both';
  /** What RabbitMQ says of how it keeps it, one for all levels or one for each: `does, doesn't`. */
  status: string;
}

/** All of them, in the order of the page. */
export const rules = listed as readonly Rule[];

/**
 * Where a rule is listed: the page of all rules, at its row.
 *
 * @returns the heading of its table where a browser can't go to the row
 */
export function ruleLink(rule: Rule): DocumentationLink {
  const [kind = '', name = ''] = rule.id.split(/:(.*)/s);
  if (kind === 'rule') {
    // The page writes these three in words
    const written = name.startsWith('tx/not-') ? name.replaceAll('-', ' ') : name;
    const row = inFragment(encodeURIComponent(written.replaceAll('/', ' / ')));
    return { title: `AMQP 0-9-1 rule ${name}`, url: `${page}#rules:~:text=${row}` };
  }
  const [section = '', number = ''] = name.split('/');
  // The section is named elsewhere too: its level stands in front of it in the row
  const row = `${inFragment(encodeURIComponent(rule.level))}-,${section}`;
  return {
    title: `AMQP 0-9-1 specification, section ${section}, rule ${number}`,
    url: `${page}#rules-pdf:~:text=${row}`,
  };
}

/** The rule to which a link leads, if it does. */
export function ruleOf({ title }: Pick<DocumentationLink, 'title'>): Rule | undefined {
  return byTitle.get(title);
}

const page = 'https://www.rabbitmq.com/docs/specification';

/** A hyphen has a meaning of its own in the fragment for a text. */
function inFragment(encoded: string): string {
  return encoded.replaceAll('-', '%2D');
}

const byTitle = new Map(rules.map((rule) => [ruleLink(rule).title, rule]));
