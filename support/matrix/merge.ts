import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Evidence } from '../evidence/evidence.ts';
import type { Results } from '../report/results.ts';
import { queueTypes } from '../broker/queue-type.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import type { Matrix, MatrixCell, MatrixColumn, MatrixOutcome, MatrixRow } from './matrix.ts';
import type { BrokerRun } from './run.ts';

/** Results side by side, and the evidence of each cell by the id of its column and the name of its outcome. */
export interface Merged {
  matrix: Matrix;
  evidence: ReadonlyMap<string, Evidence>;
}

/**
 * Puts the runs of several brokers side by side.
 *
 * @param order the ids of all claims as the suite tells them; others come after these
 * @param place the folder of the page on which they will stand
 */
export function merged(runs: readonly BrokerRun[], order: readonly string[], place: string): Merged {
  const rows = new Map<string, MatrixRow>();
  const evidence = new Map<string, Evidence>();
  for (const {
    source: { id },
    results,
    evidence: seen,
  } of runs) {
    for (const claim of results?.claims ?? []) {
      const row = rows.get(claim.id) ?? rowOf(claim);
      rows.set(claim.id, row);
      row.cells[id] = cellOf(claim);
      for (const type of [undefined, ...queueTypes]) {
        const name = outcomeName(claim.id, type);
        const own = seen.get(name);
        if (own !== undefined) evidence.set(`${id} ${name}`, own);
      }
    }
  }
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = ({ id }: MatrixRow) => places.get(id) ?? order.length;
  return {
    matrix: {
      schemaVersion: 1,
      madeAt: new Date().toISOString(),
      columns: runs.map((run) => columnOf(run, place)),
      rows: [...rows.values()].sort((one, other) => placeOf(one) - placeOf(other)),
    },
    evidence,
  };
}

type Claim = Results['claims'][number];

function rowOf({
  id,
  area,
  topic,
  says,
  documented,
  tags,
  queueTypes: types,
  regressions,
}: Claim): MatrixRow {
  return { id, area, topic, says, documented, tags, queueTypes: types, regressions, cells: {} };
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
}: Omit<Claim['outcomes'][number], 'queueType'>): MatrixOutcome {
  return {
    verdict,
    ...(reason === undefined ? {} : { reason }),
    duration,
    errors: errors.map(({ message }) => message),
  };
}

function columnOf(
  { source: { id, text }, folder, results, failure }: BrokerRun,
  place: string,
): MatrixColumn {
  const { broker, startedAt, endedAt } = results ?? {};
  const report = join(folder, 'index.html');
  return {
    id,
    // What it runs on stands behind a comma
    title: broker?.title.replace(/,.*/, '') ?? text,
    source: text,
    ...(broker === undefined
      ? {}
      : { product: broker.product, version: broker.version, provider: broker.provider }),
    ...(startedAt === undefined || endedAt === undefined ? {} : { startedAt, endedAt }),
    ...(failure === undefined ? {} : { failure }),
    findings: (broker?.findings ?? []).map(({ says }) => says),
    ...(existsSync(report) ? { report: relative(place, report) } : {}),
  };
}
