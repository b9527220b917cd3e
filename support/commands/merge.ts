import { relative } from 'node:path';
import picocolors from 'picocolors';
import { claimsIn } from '../claim/places.ts';
import { root } from '../project.ts';
import { writePageOfRun } from '../page/page-of-run.ts';
import { changesSince } from '../report/changes.ts';
import { evidenceOf } from '../report/claim-result.ts';
import { summaryMarkdown } from '../report/markdown.ts';
import { joined, readParts } from '../report/parts.ts';
import { ReportFolder } from '../report/report-folder.ts';
import { readResults, resultsOf } from '../report/results.ts';
import { addToStepSummary } from '../report/step-summary.ts';
import { summaryText } from '../report/summary.ts';
import { ownFolder } from '../run/own-folder.ts';
import { terminal } from '../run/live-line.ts';

/**
 * Puts what the parts of a run have left into one report, as one run would have left it, but for that of Allure; ends
 * with the code of such a run.
 *
 * @param places the `results.json` of each part, or folders in which they lie
 * @param options `baseline`: the `results.json` of an earlier run: what has changed since is told
 * @throws UsageError when these are not the parts of one run
 */
export async function run(
  places: readonly string[],
  { baseline, reports = 'reports' }: { baseline?: string; reports?: string },
): Promise<void> {
  const parts = readParts(places);
  const { facts, results } = joined(parts);
  const order = claimsIn(root).map(({ id }) => id);
  if (baseline !== undefined) {
    const ids = new Set(order);
    const { claims } = resultsOf(facts, results);
    facts.changes = changesSince(readResults(baseline), claims, (id) => ids.has(id));
  }
  const folder = new ReportFolder(ownFolder(reports, (line) => terminal.line(line)));
  folder.empty();
  folder.write(facts, results);
  terminal.line(summaryText(facts, results, picocolors).trimEnd());
  const page = await writePageOfRun(folder.path, resultsOf(facts, results), evidenceOf(results), order);
  terminal.line(`Report: ${relative('', page)}`);
  const notAdded = addToStepSummary(summaryMarkdown(facts, results));
  if (notAdded !== undefined) terminal.line(picocolors.yellow(notAdded));
  process.exitCode = facts.exitCode;
}
