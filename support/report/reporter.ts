import { basename, dirname, join, relative } from 'node:path';
import picocolors from 'picocolors';
import type { SerializedError, UserConsoleLog } from 'vitest';
import {
  type Reporter,
  type TestCase,
  type TestModule,
  type TestRunEndReason,
  type TestSpecification,
  type Vitest,
} from 'vitest/node';

import type { ProfiledBroker } from '../broker/profile.ts';
import { type Excluded, readExcluded } from '../claim/excluded.ts';
import { claimsIn } from '../claim/places.ts';
import { messageOf, whyNotWritten } from '../errors.ts';
import { Proof } from '../proof/proof.ts';
import { askedFor } from '../run/asked-for.ts';
import { terminal } from '../run/live-line.ts';
import { ownFolder } from '../run/own-folder.ts';
import { problemsOf } from '../run/problems.ts';
import { undeclaredExtensions } from './undeclared-extensions.ts';
import { exitCode } from '../verdict/exit-code.ts';
import { withTrials } from '../verdict/trial.ts';
import { AllureResults } from './allure.ts';
import { brokerLog } from './broker-log.ts';
import { changesSince, toldBy } from './changes.ts';
import { byClaim } from './claim-outcomes.ts';
import { claimResultOf, type ClaimResult } from './claim-result.ts';
import { summaryMarkdown } from './markdown.ts';
import { Progress } from './progress.ts';
import { ReportFolder } from './report-folder.ts';
import { readResults, type Results, type RunFacts } from './results.ts';
import { addToStepSummary } from './step-summary.ts';
import { summaryText } from './summary.ts';
import { watchedText } from './watched.ts';

/** What the reporter must be told. */
export interface BrokerproofReporterOptions {
  /** The broker under test, as soon as it is known. */
  broker(): ProfiledBroker | undefined;
  /** What the broker of a project's specs logged since then (milliseconds since the epoch). */
  log?(since: number, project: string): Promise<string>;
  /** Where the reports go; `reports` under the working directory is the default. */
  folder?: string | undefined;
  /** Whether pages for people are made; true is the default. */
  pages?: boolean;
  /** The file of the last proofs; `proof.json` in the folder is the default. */
  proof?: string;
}

/** Everything that belongs to one run. */
class Run {
  readonly startedAt = new Date();
  readonly specifications: readonly TestSpecification[];
  readonly excluded: readonly Excluded[];
  /** Of earlier runs of `prove`. */
  readonly proof: Proof;
  readonly progress = new Progress(terminal);
  /** Of an earlier run, where one was named. */
  readonly baseline: Results | undefined;
  readonly results = new Map<string, ClaimResult>();
  /** What was told to be wrong with the set-up. */
  readonly problems: string[] = [];
  /** Why the report can't be written, since it first could not. */
  unwritten: string | undefined;
  unhandledErrors: readonly SerializedError[] = [];
  /** vitest counts a spec as failed, and sets its own exit code for it. */
  failedForVitest = false;
  allure: AllureResults | undefined;
  /** Set when the run was concluded: nothing is added to it any more. */
  facts: RunFacts | undefined;
  finished: Promise<void> | undefined;

  constructor(
    specifications: readonly TestSpecification[],
    excluded: readonly Excluded[],
    proof: Proof,
    baseline: Results | undefined,
  ) {
    this.specifications = specifications;
    this.excluded = excluded;
    this.proof = proof;
    this.baseline = baseline;
  }
}

function areaOf(moduleId: string): string {
  return basename(dirname(moduleId));
}

/**
 * Reports a run of the claims: progress and a summary on the terminal, and in the folder of reports the
 * results for Allure (`allure-results`), for programs (`results.json` and `evidence.json`), for CI servers (`junit.xml`,
 * `summary.md` and `badge.svg`) and for people (`index.html`, and `allure/index.html`). What an earlier run left of these
 * is removed when a run starts.
 *
 * The process ends with the code of `exitCode`, also where vitest runs by itself.
 */
export default class BrokerproofReporter implements Reporter {
  readonly #options: BrokerproofReporterOptions;
  #folder: ReportFolder;
  #vitest: Vitest | undefined;
  #run: Run | undefined;

  constructor(options: BrokerproofReporterOptions) {
    this.#options = options;
    this.#folder = new ReportFolder(options.folder ?? 'reports');
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    process.once('exit', () => {
      this.#atExit();
    });
  }

  /** @throws UsageError when the reports can't be written, or what is excluded, proven or the baseline can't be read */
  onTestRunStart(specifications: readonly TestSpecification[]): void | Promise<void> {
    this.#folder = new ReportFolder(
      ownFolder(this.#options.folder ?? 'reports', (line) => terminal.line(line)),
    );
    const root = this.#vitest?.config.root ?? '';
    const excluded = readExcluded(new Set(claimsIn(root).map(({ id }) => id)), root);
    const proof = Proof.read(this.#options.proof ?? join(this.#folder.path, 'proof.json'));
    // It may be what the last run left
    const { baseline: file } = this.#vitest?.config.provide ?? {};
    const baseline = file === undefined ? undefined : readResults(file);
    this.#folder.empty();
    const run = new Run(specifications, excluded, proof, baseline);
    for (const [moduleId, { length }] of this.#askedFor(specifications.map((each) => each.moduleId)))
      run.progress.expect(areaOf(moduleId), moduleId, length);
    run.progress.begins();
    this.#run = run;
  }

  /** The broker is there: what the report needs at the end can be begun now, while not much goes on. */
  onBroker(): void {
    if (this.#options.pages !== false && this.#run?.facts === undefined) this.#folder.beginPages();
  }

  onTestModuleCollected(module: TestModule): void {
    const claims = [...module.children.allTests()]
      .filter((test) => this.#isChosen(test))
      .flatMap((test) => test.meta().claim?.id ?? []);
    this.#run?.progress.found(module.moduleId, claims);
  }

  async onTestCaseResult(test: TestCase): Promise<void> {
    const run = this.#run;
    const { claim } = test.meta();
    if (run === undefined || claim === undefined || !this.#isChosen(test)) return;
    const result = claimResultOf(test);
    const log =
      result && (await brokerLog(result, async (since) => this.#options.log?.(since, test.project.name)));
    if (run.facts !== undefined) return;
    if (result !== undefined) this.#record(run, test, result, log);
    run.progress.testEnded(claim.id);
  }

  onTestModuleEnd(module: TestModule): void {
    if (this.#run?.facts !== undefined) return;
    this.#run?.progress.fileEnded(areaOf(module.moduleId), module.moduleId);
  }

  onUserConsoleLog(log: UserConsoleLog): void {
    this.#run?.progress.clear();
    process[log.type].write(log.content);
  }

  async onTestRunEnd(
    _modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    if (this.#run === undefined) return;
    this.#run.unhandledErrors = unhandledErrors;
    this.#run.failedForVitest = reason !== 'passed';
    await this.finish({ interrupted: reason === 'interrupted' });
  }

  /**
   * Writes everything for whatever has ended by now; what ends later is left out. Called again it waits
   * for the first call.
   *
   * @param interrupted the run was ended before all specs had run; false is the default
   */
  async finish({ interrupted = false }: { interrupted?: boolean } = {}): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    run.finished ??= this.#finish(run, interrupted);
    await run.finished;
  }

  /**
   * Gives the run up: its set-up is broken. Tells so, and writes the results for programs.
   *
   * @param problem what is wrong and what to do, as text for people
   */
  abandon(problem: string): void {
    const run = this.#run;
    if (run === undefined || run.facts !== undefined) return;
    run.problems.push(problem);
    // What a spec makes of a broker that is not there is no result
    run.results.clear();
    run.finished = Promise.resolve();
    this.#tell(run, this.#conclude(run, false, []));
  }

  #tell(run: Run, facts: RunFacts): void {
    const results = [...run.results.values()];
    const isWatched = this.#vitest?.config.watch === true && facts.problems.length === 0;
    const text = (isWatched ? watchedText(results) : undefined) ?? summaryText(facts, results, picocolors);
    terminal.line(`\n${text}`.trimEnd());
  }

  async #finish(run: Run, interrupted: boolean): Promise<void> {
    const facts = this.#conclude(run, interrupted);
    this.#tell(run, facts);
    const pages = run.results.size > 0 && this.#options.pages !== false && run.unwritten === undefined;
    await (pages ? this.#writePages(run, facts) : this.#folder.leavePages());
    if (run.unwritten === undefined) this.#folder.settle();
    if (this.#vitest?.config.watch === true && !interrupted)
      terminal.line('Waiting for a change; Ctrl-C ends it.');
  }

  /** Verdicts are told, whether or not they can be written; half a report is worse than none. */
  #write(run: Run, write: () => void): void {
    if (run.unwritten !== undefined) return;
    try {
      write();
    } catch (error) {
      run.unwritten = whyNotWritten(error) ?? messageOf(error);
      this.#folder.empty();
    }
  }

  #unwritten(run: Run): string[] {
    return run.unwritten === undefined
      ? []
      : [`The report can't be written to ${this.#folder.path}: ${run.unwritten}.`];
  }

  async #writePages(run: Run, facts: RunFacts): Promise<void> {
    const order = claimsIn(this.#vitest?.config.root ?? '').map(({ id }) => id);
    const problems: string[] = [];
    for (const { name, file, fault } of await this.#folder.writePages(
      facts,
      [...run.results.values()],
      order,
    )) {
      if (fault === undefined) terminal.line(`${name}: ${relative('', file)}`);
      else problems.push(`${file} could not be made: ${fault}`);
    }
    if (problems.length === 0) return;
    for (const problem of problems) terminal.line(`${picocolors.red('Broken set-up:')} ${problem}`);
    const told = { ...facts, problems: [...facts.problems, ...problems], exitCode: 2 };
    run.facts = told;
    this.#write(run, () => this.#folder.write(told, [...run.results.values()]));
  }

  /** Closes the books, at once: it must be possible while the process exits. */
  #conclude(
    run: Run,
    interrupted: boolean,
    modules: readonly TestModule[] = this.#vitest?.state.getTestModules() ?? [],
  ): RunFacts {
    if (run.facts !== undefined) return run.facts;
    run.progress.ends();
    const notRun = new Set<string>();
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      const result = claimResultOf(test);
      if (result === undefined || !this.#isChosen(test) || run.results.has(test.id)) continue;
      if (interrupted && result.startedAt === undefined) notRun.add(result.claim.id);
      else this.#record(run, test, result, undefined);
    }
    if (interrupted) for (const id of this.#claimsNeverCollected(run, modules)) notRun.add(id);
    const results = [...run.results.values()];
    for (const { claim } of results) notRun.delete(claim.id);
    const problems = [
      ...run.problems,
      ...this.#unwritten(run),
      ...problemsOf(modules, run.unhandledErrors, results),
      ...undeclaredExtensions(results),
    ];
    if (results.length === 0 && problems.length === 0 && !interrupted)
      problems.push('No claim was run.\nCheck the names, tags and files that were asked for.');

    const broker = this.#options.broker();
    const root = this.#vitest?.config.root ?? '';
    const ids = new Set(run.baseline === undefined ? [] : claimsIn(root).map(({ id }) => id));
    run.facts = {
      broker,
      startedAt: run.startedAt,
      endedAt: new Date(),
      shard: this.#vitest?.config.provide.shard,
      interrupted,
      notRun: notRun.size,
      problems,
      exitCode: exitCode({
        verdicts: results.map(({ verdict }) => verdict),
        problems,
        interrupted,
        findings: broker?.findings ?? [],
      }),
      excluded: run.excluded,
      ...(run.baseline === undefined
        ? {}
        : { changes: changesSince(run.baseline, toldBy(byClaim(results)), (id) => ids.has(id)) }),
    };
    const { facts } = run;
    const couldBeWritten = run.unwritten === undefined;
    this.#write(run, () => this.#folder.write(facts, results));
    if (couldBeWritten && run.unwritten !== undefined)
      run.facts = { ...facts, problems: [...problems, ...this.#unwritten(run)], exitCode: 2 };
    const notAdded = addToStepSummary(summaryMarkdown(run.facts, results));
    if (notAdded !== undefined) process.stdout.write(`${picocolors.yellow(notAdded)}\n`);
    return run.facts;
  }

  /** The claims in files that vitest had not come to. */
  #claimsNeverCollected({ specifications }: Run, modules: readonly TestModule[]): string[] {
    const collected = new Set(
      modules.filter(({ children }) => children.size > 0).map(({ moduleId }) => moduleId),
    );
    const left = specifications.map(({ moduleId }) => moduleId).filter((id) => !collected.has(id));
    return [...this.#askedFor(left).values()].flat();
  }

  #askedFor(files: readonly string[]): Map<string, string[]> {
    return this.#vitest === undefined ? new Map() : askedFor(this.#vitest, files);
  }

  #record(run: Run, test: TestCase, ended: ClaimResult, log: string | undefined): void {
    const broker = this.#options.broker();
    const known = broker === undefined ? { trials: [] } : run.proof.of(broker, ended.claim, ended.queueType);
    const verdict = withTrials(ended.verdict, known.trials, ended.claim.refutedBy);
    const result = { ...ended, ...known, verdict };
    run.results.set(test.id, result);
    const order = [...test.module.children.allTests()].indexOf(test);
    this.#write(run, () => {
      run.allure ??= new AllureResults(this.#folder.unsettled, broker, run.excluded);
      run.allure.write(result, test, order, log);
    });
    run.progress.ended(result);
  }

  /** Where only some tests are asked for, by name, tag or line, vitest marks the others as skipped. */
  #isChosen(test: TestCase): boolean {
    const byAll =
      this.#vitest?.getGlobalTestNamePattern() !== undefined ||
      (this.#vitest?.config.tagsFilter?.length ?? 0) > 0;
    const byFile = this.#run?.specifications.some(
      ({ moduleId, testLines, testNamePattern, testIds }) =>
        moduleId === test.module.moduleId &&
        (testLines !== undefined || testNamePattern !== undefined || testIds !== undefined),
    );
    const result = test.result();
    const leftOut = result.state === 'skipped' ? result.note === undefined : test.options.mode === 'skip';
    return !((byAll || byFile === true) && leftOut && test.meta().outcome === undefined);
  }

  #atExit(): void {
    const run = this.#run;
    if (run === undefined) return;
    const { exitCode: own } = this.#conclude(run, true);
    if (run.unwritten === undefined) this.#folder.settle();
    const theirs = process.exitCode;
    // Another code than vitest's own was set on purpose: that of a signal, for example.
    if (theirs !== undefined && theirs !== 0 && theirs !== 1) return;
    const failedAfterwards = own === 0 && theirs === 1 && !run.failedForVitest;
    process.exitCode = failedAfterwards ? 2 : own;
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    /** The file `results.json` of an earlier run, with which this one is compared. */
    baseline?: string;
    /** Of a run that is one part of several: `1/2`. */
    shard?: string;
  }
}
