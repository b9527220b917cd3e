import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { messageOf, whyNotWritten } from '../errors.ts';
import { writePageOfRun } from '../page/page-of-run.ts';
import { allureFile } from './allure-address.ts';
import { AllurePage } from './allure-page.ts';
import { badgeSvg } from './badge.ts';
import { type ClaimResult, evidenceOf } from './claim-result.ts';
import { writeEvidence } from './evidence-file.ts';
import { junitXml } from './junit.ts';
import { summaryMarkdown } from './markdown.ts';
import { resultsOf, type RunFacts, writeResults } from './results.ts';

/** What a run leaves in the folder of reports. */
const madeByRun = [
  'allure',
  'allure-results',
  'results.json',
  'evidence.json',
  'junit.xml',
  'summary.md',
  'badge.svg',
  'index.html',
];

/** A page that a run has left, or why it has not. */
interface MadePage {
  name: string;
  file: string;
  fault?: string;
}

/** The folder in which a run leaves its reports, and no other run. */
export class ReportFolder {
  readonly path: string;
  #allure: Promise<AllurePage> | undefined;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** Where the results for Allure are kept while a run goes on. */
  get unsettled(): string {
    return join(this.path, '.allure-results');
  }

  /** Takes away what an earlier run left, also one that ended without a word. */
  empty(): void {
    for (const made of [...madeByRun, '.allure-results'])
      rmSync(join(this.path, made), { recursive: true, force: true });
  }

  /** Begins with what takes long before it can make the pages for people. */
  beginPages(): void {
    this.#allure ??= AllurePage.begin(this.path);
    this.#allure.catch(() => undefined); // who waits for it is told
  }

  /** Ends what was begun, where there are to be none. */
  async leavePages(): Promise<void> {
    const allure = await this.#allure?.catch(() => undefined);
    this.#allure = undefined;
    await allure?.leave();
  }

  /** Writes what programs and CI servers read, at once: it must be possible while the process exits. */
  write(facts: RunFacts, results: readonly ClaimResult[]): void {
    const told = resultsOf(facts, results);
    writeResults(join(this.path, 'results.json'), told);
    writeEvidence(join(this.path, 'evidence.json'), evidenceOf(results));
    writeFileSync(join(this.path, 'junit.xml'), junitXml(told));
    writeFileSync(join(this.path, 'summary.md'), summaryMarkdown(facts, [...results]));
    writeFileSync(join(this.path, 'badge.svg'), badgeSvg(told));
  }

  /**
   * Makes the pages for people.
   *
   * @param order the ids of all claims as the suite tells them
   */
  async writePages(
    facts: RunFacts,
    results: readonly ClaimResult[],
    order: readonly string[],
  ): Promise<MadePage[]> {
    const about = facts.broker === undefined ? '' : `: ${facts.broker.title}`;
    const allure = join(this.path, allureFile);
    const page = writePageOfRun(this.path, resultsOf(facts, results), evidenceOf(results), order, {
      allure: true,
    });
    return await Promise.all([
      made('Report', join(this.path, 'index.html'), page),
      made('Allure report', allure, this.#writeAllurePage(allure, `brokerproof${about}`)),
    ]);
  }

  async #writeAllurePage(file: string, name: string): Promise<void> {
    this.beginPages();
    const allure = await this.#allure;
    this.#allure = undefined;
    await allure?.write(this.unsettled, file, name);
  }

  /** Puts the results for Allure to where they are looked for. */
  settle(): void {
    if (!existsSync(this.unsettled)) return;
    const place = join(this.path, 'allure-results');
    rmSync(place, { recursive: true, force: true });
    renameSync(this.unsettled, place);
  }
}

async function made(name: string, file: string, making: Promise<unknown>): Promise<MadePage> {
  try {
    await making;
    return { name, file };
  } catch (error) {
    return { name, file, fault: whyNotWritten(error) ?? messageOf(error) };
  }
}
