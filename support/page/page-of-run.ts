import type { Evidence } from '../evidence/evidence.ts';
import { type Details, merged } from '../matrix/merge.ts';
import { allureAddress, allureFile } from '../report/allure-address.ts';
import type { Results } from '../report/results.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import type { BadTrial, PageData } from './page-data.ts';
import { writePage } from './write.ts';

/** What the page of a run may have beside its results. */
interface Beside {
  /** Whether an Allure report of the same run lies in the same folder; false is the default. */
  allure?: boolean;
  badTrials?: readonly BadTrial[];
}

/**
 * Writes the page of one run.
 *
 * @param folder where it goes, as `index.html`
 * @param evidence by the names of the outcomes
 * @param order the ids of all claims as the suite tells them
 * @returns where the page went
 */
export async function writePageOfRun(
  folder: string,
  results: Results,
  evidence: ReadonlyMap<string, Evidence>,
  order: readonly string[],
  { allure = false, badTrials }: Beside = {},
): Promise<string> {
  const provider = results.broker?.provider ?? 'no broker';
  const run = { source: { id: provider, text: provider }, results, evidence };
  const { matrix, details } = merged([run], order);
  const { excluded, changes } = results;
  const data: PageData = {
    matrix,
    excluded,
    ...(changes === undefined ? {} : { changes }),
    ...(badTrials === undefined ? {} : { badTrials }),
    ...(allure ? { allure: allureFile } : {}),
  };
  return await writePage(
    folder,
    data,
    allure ? withAllure(details, matrix.columns[0]?.id, results) : details,
  );
}

function withAllure(
  details: ReadonlyMap<string, Details>,
  column: string | undefined,
  { claims }: Results,
): ReadonlyMap<string, Details> {
  const addressed = new Map(details);
  for (const { id, outcomes } of claims) {
    const types = outcomes.length === 0 ? [undefined] : outcomes.map(({ queueType }) => queueType);
    for (const type of types) {
      const name = `${column} ${outcomeName(id, type)}`;
      addressed.set(name, { trials: [], ...details.get(name), allure: allureAddress(id, type) });
    }
  }
  return addressed;
}
