import { type CoveredRule, ruleCoverage } from '../../../documentation/rule-coverage.ts';
import { ruleLink } from '../../../documentation/rules.ts';
import type { MatrixRow } from '../../../matrix/matrix.ts';
import { type Group, groupedBy } from './groups.ts';

/** The rules of AMQP 0-9-1 by class, and those of the specification's text by chapter; each with the claims that try it. */
export function byRule(rows: readonly MatrixRow[]): Group[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return groupedBy(ruleCoverage(rows), headingOf).map(([name, covered]) => ({
    name,
    parts: covered.map((each) => ({
      name: ruleLink(each.rule).title.replace('AMQP 0-9-1 ', ''),
      url: ruleLink(each.rule).url,
      notes: notesOf(each),
      rows: each.claims.flatMap((id) => byId.get(id) ?? []),
    })),
  }));
}

function headingOf({ rule: { id } }: CoveredRule): string {
  const [kind = '', name = ''] = id.split(':');
  const first = name.split(/[/.]/)[0] ?? name;
  return kind === 'pdf' ? `specification, chapter ${first}` : first;
}

function notesOf({ rule: { level, actor, status }, status: standing, because }: CoveredRule): string[] {
  return [
    level,
    `implemented by ${actor === 'both' ? 'client and server' : actor}`,
    `RabbitMQ says: ${status}`,
    ...(standing === 'covered'
      ? []
      : [standing === 'excluded' ? `excluded: ${because}` : 'open: no claim yet']),
  ];
}
