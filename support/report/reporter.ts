import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
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
import { queueTypes } from '../broker/queue-type.ts';
import { claimsIn } from '../claim/places.ts';
import { messageOf, UsageError } from '../errors.ts';
import { AllureResults } from './allure.ts';
import { brokerLog } from './broker-log.ts';
import { Proof } from '../proof/proof.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import { withTrials } from '../verdict/trial.ts';
import { claimResultOf, type ClaimResult } from './claim-result.ts';
import { writeEvidence } from './evidence-file.ts';
import { exitCode } from '../verdict/exit-code.ts';
import { junitXml } from './junit.ts';
import { writePage } from './page.ts';
import { problemsOf } from '../run/problems.ts';
import { Progress } from './progress.ts';
import { resultsOf, writeResults, type RunFacts } from './results.ts';
import { summaryText } from './summary.ts';

/** What the reporter must be told. */
export interface BrokerproofReporterOptions {
  /** The broker under test, as soon as it is known. */
  broker(): ProfiledBroker | undefined;
  /** What the broker logged since then (milliseconds since the epoch). */
  log?(since: number): Promise<string>;
  /** Where the reports go; `reports` under the working directory is the default. */
  folder?: string | undefined;
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
  readonly progress = new Progress(process.stdout, picocolors);
  readonly results = new Map<string, ClaimResult>();
  /** What was told to be wrong with the set-up. */
  readonly problems: string[] = [];
  unhandledErrors: readonly SerializedError[] = [];
  /** vitest counts a spec as failed, and sets its own exit code for it. */
  failedForVitest = false;
  allure: AllureResults | undefined;
  /** Set when the run was concluded: nothing is added to it any more. */
  facts: RunFacts | undefined;
  finished: Promise<void> | undefined;

  /** Where the results for Allure are kept while it runs; another run in the same folder has another place. */
  readonly allureFolder: string;

  constructor(
    specifications: readonly TestSpecification[],
    excluded: readonly Excluded[],
    proof: Proof,
    allureFolder: string,
  ) {
    this.specifications = specifications;
    this.excluded = excluded;
    this.proof = proof;
    this.allureFolder = allureFolder;
  }
}

/** Begins the name of the folder of a run that goes on; the id of its process ends it. */
const unsettled = '.allure-results-';

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

function areaOf(moduleId: string): string {
  return basename(dirname(moduleId));
}

/**
 * Reports a run of the claims: progress and a summary on the terminal, and in the folder of reports the
 * results for Allure (`allure-results`), for programs (`results.json` and `evidence.json`), for CI servers (`junit.xml`)
 * and for people (`index.html`). What an earlier run left of these is removed when a run starts.
 *
 * The process ends with the code of `exitCode`, also where vitest runs by itself.
 */
export default class BrokerproofReporter implements Reporter {
  readonly #options: BrokerproofReporterOptions;
  readonly #folder: string;
  #vitest: Vitest | undefined;
  #run: Run | undefined;

  constructor(options: BrokerproofReporterOptions) {
    this.#options = options;
    this.#folder = resolve(options.folder ?? 'reports');
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
    process.once('exit', () => {
      this.#atExit();
    });
  }

  /** @throws UsageError when the reports can't be written, or what is excluded or proven can't be read */
  onTestRunStart(specifications: readonly TestSpecification[]): void | Promise<void> {
    const root = this.#vitest?.config.root ?? '';
    const excluded = readExcluded(new Set(claimsIn(root).map(({ id }) => id)), root);
    const proof = Proof.read(this.#options.proof ?? join(this.#folder, 'proof.json'));
    this.#empty();
    const allureFolder = join(this.#folder, `${unsettled}${process.pid}`);
    const run = new Run(specifications, excluded, proof, allureFolder);
    for (const { moduleId } of specifications) run.progress.expect(areaOf(moduleId), moduleId);
    this.#run = run;
  }

  /** @throws UsageError when nothing can be written there */
  #empty(): void {
    try {
      mkdirSync(this.#folder, { recursive: true });
      accessSync(this.#folder, constants.W_OK);
      for (const made of ['allure-results', 'results.json', 'evidence.json', 'junit.xml', 'index.html'])
        rmSync(join(this.#folder, made), { recursive: true, force: true });

      for (const left of readdirSync(this.#folder).filter((name) => name.startsWith(unsettled))) {
        if (!isRunning(Number(left.slice(unsettled.length))))
          rmSync(join(this.#folder, left), { recursive: true, force: true });
      }
    } catch (error) {
      const why = messageOf(error);
      throw new UsageError(
        `The report can't be written: ${why}.`,
        `Let ${this.#folder} be a folder that you can write.`,
        {
          cause: error,
        },
      );
    }
  }

  onTestModuleCollected(module: TestModule): void {
    this.#run?.progress.found([...module.children.allTests()].filter((test) => this.#isChosen(test)).length);
  }

  async onTestCaseResult(test: TestCase): Promise<void> {
    const run = this.#run;
    const result = claimResultOf(test);
    if (run === undefined || result === undefined || !this.#isChosen(test)) return;
    const log = await brokerLog(result, async (since) => this.#options.log?.(since));
    if (run.facts === undefined) this.#record(run, test, result, log);
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
    run.finished = Promise.resolve();
    this.#tell(run, this.#conclude(run, false, []));
  }

  #tell(run: Run, facts: RunFacts): void {
    process.stdout.write(`\n${summaryText(facts, [...run.results.values()], picocolors)}`);
  }

  async #finish(run: Run, interrupted: boolean): Promise<void> {
    const facts = this.#conclude(run, interrupted);
    this.#tell(run, facts);
    if (run.results.size === 0) return;
    const page = join(this.#folder, 'index.html');
    try {
      const about = facts.broker === undefined ? '' : `: ${facts.broker.title}`;
      await writePage(run.allureFolder, page, `brokerproof${about}`);
      process.stdout.write(`Report: ${relative('', page)}\n`);
      const kills = join(this.#folder, 'kills.html');
      if (existsSync(kills)) process.stdout.write(`Kill matrix of the last proof: ${relative('', kills)}\n`);
    } catch (error) {
      const why = messageOf(error);
      const problem = `${page} could not be made: ${why}`;
      run.facts = { ...facts, problems: [...facts.problems, problem], exitCode: 2 };
      this.#write(run, run.facts);
      process.stdout.write(`${picocolors.red('Broken set-up:')} ${problem}\n`);
    }
    this.#settle(run);
  }

  /** Puts the results for Allure to where they are looked for. */
  #settle(run: Run): void {
    if (!existsSync(run.allureFolder)) return;
    const place = join(this.#folder, 'allure-results');
    rmSync(place, { recursive: true, force: true });
    renameSync(run.allureFolder, place);
  }

  /** Closes the books, at once: it must be possible while the process exits. */
  #conclude(
    run: Run,
    interrupted: boolean,
    modules: readonly TestModule[] = this.#vitest?.state.getTestModules() ?? [],
  ): RunFacts {
    if (run.facts !== undefined) return run.facts;
    run.progress.clear();
    let notRun = 0;
    for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
      const result = claimResultOf(test);
      if (result === undefined || !this.#isChosen(test) || run.results.has(test.id)) continue;
      if (interrupted && result.startedAt === undefined) notRun += 1;
      else this.#record(run, test, result, undefined);
    }
    if (interrupted) notRun += this.#claimsNeverCollected(run, modules);
    const results = [...run.results.values()];
    const problems = [...run.problems, ...problemsOf(modules, run.unhandledErrors, results)];
    if (results.length === 0 && problems.length === 0 && !interrupted)
      problems.push('No claim was run.\nCheck the names, tags and files that were asked for.');

    const broker = this.#options.broker();
    run.facts = {
      broker,
      startedAt: run.startedAt,
      endedAt: new Date(),
      interrupted,
      notRun,
      problems,
      exitCode: exitCode({
        verdicts: results.map(({ verdict }) => verdict),
        problems,
        interrupted,
        findings: broker?.findings ?? [],
      }),
      excluded: run.excluded,
    };
    this.#write(run, run.facts);
    return run.facts;
  }

  /** How many claims there are in files that vitest had not come to. */
  #claimsNeverCollected({ specifications }: Run, modules: readonly TestModule[]): number {
    const root = this.#vitest?.config.root ?? '';
    const pattern = this.#vitest?.getGlobalTestNamePattern();
    const collected = new Set(
      modules.filter(({ children }) => children.size > 0).map(({ moduleId }) => moduleId),
    );
    const left = new Set(specifications.map(({ moduleId }) => moduleId).filter((id) => !collected.has(id)));
    return claimsIn(root).filter(
      ({ id, file }) =>
        left.has(join(root, file)) &&
        (pattern === undefined ||
          ['', ...queueTypes.map((type) => ` (${type})`)].some((type) => pattern.test(`${id}${type}: `))),
    ).length;
  }

  #write(run: Run, facts: RunFacts): void {
    const results = resultsOf(facts, [...run.results.values()]);
    writeResults(join(this.#folder, 'results.json'), results);
    writeEvidence(
      join(this.#folder, 'evidence.json'),
      new Map(
        [...run.results.values()].flatMap(({ claim, queueType, evidence }) =>
          evidence === undefined ? [] : [[outcomeName(claim.id, queueType), evidence] as const],
        ),
      ),
    );
    writeFileSync(join(this.#folder, 'junit.xml'), junitXml(results));
  }

  #record(run: Run, test: TestCase, ended: ClaimResult, log: string | undefined): void {
    const broker = this.#options.broker();
    const known = broker === undefined ? { trials: [] } : run.proof.of(broker, ended.claim, ended.queueType);
    const verdict = withTrials(ended.verdict, known.trials, ended.claim.refutedBy);
    const result = { ...ended, ...known, verdict };
    run.results.set(test.id, result);
    run.allure ??= new AllureResults(run.allureFolder, broker, run.excluded);
    const order = [...test.module.children.allTests()].indexOf(test);
    run.allure.write(result, test, order, log);
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
    this.#settle(run);
    const theirs = process.exitCode;
    // Another code than vitest's own was set on purpose: that of a signal, for example.
    if (theirs !== undefined && theirs !== 0 && theirs !== 1) return;
    const failedAfterwards = own === 0 && theirs === 1 && !run.failedForVitest;
    process.exitCode = failedAfterwards ? 2 : own;
  }
}
