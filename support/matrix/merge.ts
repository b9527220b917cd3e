import type { QueueType } from '../broker/queue-type.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Results, Trial } from '../report/results.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import type { Matrix, MatrixCell, MatrixColumn, MatrixOutcome, MatrixRow } from './matrix.ts';
import type { BrokerRun } from './run.ts';
import type { Source } from './source.ts';

/** What is known of one outcome beside its verdict. */
export interface Details {
  /** Absent where the spec did not start. */
  evidence?: Evidence;
  /** What the spec was tried against when it was last proven. */
  trials: readonly Trial[];
  /** Where it stands in the Allure report of the same run, from the page. */
  allure?: string;
}

/** A run, as far as it matters where its results stand beside others. */
type MergedRun = Pick<BrokerRun, 'results' | 'evidence' | 'failure'> & {
  source: Pick<Source, 'id' | 'text'>;
};

/** Results side by side, and the details of each outcome by the id of its column and the name of the outcome. */
export interface Merged {
  matrix: Matrix;
  details: ReadonlyMap<string, Details>;
}

/**
 * Puts the runs of several brokers side by side.
 *
 * @param order the ids of all claims as the suite tells them; others come after these
 */
export function merged(runs: readonly MergedRun[], order: readonly string[]): Merged {
  const rows = new Map<string, MatrixRow>();
  const details = new Map<string, Details>();
  const ids = idsOf(runs);
  for (const [index, { results, evidence: seen }] of runs.entries()) {
    const id = ids[index] ?? '';
    for (const claim of results?.claims ?? []) {
      const row = rows.get(claim.id) ?? rowOf(claim);
      rows.set(claim.id, row);
      row.cells[id] = cellOf(claim);
      for (const { queueType, trials } of outcomesOf(claim)) {
        const name = outcomeName(claim.id, queueType);
        const evidence = seen.get(name);
        details.set(`${id} ${name}`, { ...(evidence === undefined ? {} : { evidence }), trials });
      }
    }
  }
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = ({ id }: MatrixRow) => places.get(id) ?? order.length;
  return {
    matrix: {
      schemaVersion: 1,
      madeAt: new Date().toISOString(),
      columns: runs.map((run, index) => columnOf(run, ids[index] ?? '')),
      rows: [...rows.values()].sort((one, other) => placeOf(one) - placeOf(other)),
    },
    details,
  };
}

type Claim = Results['claims'][number];

/**
 * By product and version, so that the address of a claim is the same in all reports; of a broker that left no results, and
 * of a second one of the same version, what it was asked for by.
 */
function idsOf(runs: readonly MergedRun[]): string[] {
  const taken = new Set<string>();
  return runs.map(({ source, results }) => {
    const { product, version, title = '' } = results?.broker ?? {};
    const store = /khepri/i.test(title) ? '-khepri' : '';
    const own = product === undefined ? source.id : `${product}-${version}${store}`;
    const id = taken.has(own) ? source.id : own;
    taken.add(id);
    return id;
  });
}

/** One for each queue type, or the claim's own where it knows none. */
function outcomesOf(claim: Claim): { queueType?: QueueType; trials: readonly Trial[] }[] {
  return claim.outcomes.length === 0 ? [{ trials: claim.trials }] : claim.outcomes;
}

function rowOf(claim: Claim): MatrixRow {
  const { id, area, topic, file, says, documented, tags, needs, refutedBy, irrefutable, succeeds } = claim;
  return {
    id,
    area,
    topic,
    file,
    says,
    documented,
    tags,
    needs,
    refutedBy,
    ...(irrefutable === undefined ? {} : { irrefutable }),
    ...(succeeds === undefined ? {} : { succeeds }),
    queueTypes: claim.queueTypes,
    regressions: claim.regressions,
    cells: {},
  };
}

function cellOf(claim: Claim): MatrixCell {
  const { outcomes } = claim;
  if (outcomes.length === 0) return outcomeOf(claim);
  return {
    ...outcomeOf(claim),
    outcomes: Object.fromEntries(outcomes.map((outcome) => [outcome.queueType, outcomeOf(outcome)])),
  };
}

function outcomeOf({
  verdict,
  reason,
  duration,
  errors,
  provenAt,
  outdated,
}: Omit<Claim['outcomes'][number], 'queueType'>): MatrixOutcome {
  return {
    verdict,
    ...(reason === undefined ? {} : { reason }),
    duration,
    errors: errors.map(({ message }) => message),
    ...(provenAt === undefined ? {} : { provenAt }),
    ...(outdated === undefined ? {} : { outdated }),
  };
}

function columnOf({ source: { text }, results, failure }: MergedRun, id: string): MatrixColumn {
  const { broker, startedAt, endedAt, problems = [], notRun = 0 } = results ?? {};
  return {
    id,
    // What it runs on stands behind a comma
    title: broker?.title.replace(/,.*/, '') ?? text,
    source: text,
    ...(broker === undefined ? {} : factsOf(broker)),
    ...(startedAt === undefined || endedAt === undefined ? {} : { startedAt, endedAt }),
    ...(failure === undefined ? {} : { failure }),
    findings: (broker?.findings ?? []).map(({ says }) => says),
    problems,
    notRun,
  };
}

function factsOf({ product, version, provider, profile, rerun, upgraded }: NonNullable<Results['broker']>) {
  return {
    product,
    version,
    provider,
    ...(profile === undefined ? {} : { profile }),
    ...(rerun === undefined ? {} : { rerun }),
    ...(upgraded === undefined ? {} : { upgraded }),
  };
}
