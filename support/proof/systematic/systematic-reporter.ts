import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import picocolors from 'picocolors';
import type { SerializedError } from 'vitest';
import type { TestCase, TestModule, TestRunEndReason, TestSpecification, Vitest } from 'vitest/node';
import type { ProfiledBroker } from '../../broker/profile.ts';
import { messageOf, whyNotWritten } from '../../errors.ts';
import { baseOf, root } from '../../project.ts';
import { askedFor } from '../../run/asked-for.ts';
import { terminal } from '../../run/live-line.ts';
import { ownFolder } from '../../run/own-folder.ts';
import { problemsOf } from '../../run/problems.ts';
import type { RunReport } from '../../run/run-reporter.ts';
import type { Crossings } from '../../trials/planned.ts';
import { outcomeName } from '../../verdict/outcome-name.ts';
import { resultOf } from '../../verdict/trial.ts';
import { writeWhole } from '../../whole-file.ts';
import { TrialProgress } from '../trial-progress.ts';
import { SystematicCourse } from './course.ts';
import { KnownKills, systematicMutantsFor } from './known-kills.ts';
import { countsOf, judged, systematicSummaryText } from './summary.ts';
import { readUnnoticed } from './unnoticed.ts';

/** Reports `pnpm prove --systematic`: which of the mutants that follow from the table of methods a spec has killed. */
export class SystematicReporter implements RunReport {
  readonly goesOn = true;
  readonly progress = new TrialProgress(terminal);
  readonly #broker: () => ProfiledBroker | undefined;
  readonly #ofAll: boolean;
  readonly #startedAt = Date.now();
  readonly #modules: TestModule[] = [];
  readonly #errors: SerializedError[] = [];
  readonly #unnoticed = readUnnoticed();
  readonly #known = KnownKills.in(root);
  #folder: string;
  #vitest: Vitest | undefined;
  #course: SystematicCourse | undefined;
  #trials = 0;
  #began = false;
  #finished = false;
  #exitCode = 2;

  /** @param options `ofAll`: whether all specs are tried; `folder`: where the reports go */
  constructor(
    broker: () => ProfiledBroker | undefined,
    { ofAll, folder = 'reports' }: { ofAll: boolean; folder?: string },
  ) {
    this.#broker = broker;
    this.#ofAll = ofAll;
    this.#folder = folder;
    process.once('exit', () => {
      // vitest knows nothing of trials: to it a killed mutant is a failure like any other
      if (process.exitCode === undefined || process.exitCode === 0 || process.exitCode === 1)
        process.exitCode = this.#exitCode;
    });
  }

  /** What is to be tried next, by the names of the outcomes. */
  next(): Crossings {
    return this.#started().next((name) => this.#unnoticed.has(name));
  }

  /** Whether there are mutants, not known to be unnoticed, that found nothing to do in any spec that was watched. */
  get isAnyUnseen(): boolean {
    return this.#started().standings.some(
      ({ name, result }) => result === 'unseen' && !this.#unnoticed.has(name),
    );
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    // Trials come afterwards, and are counted otherwise
    if (this.#vitest === undefined || this.#began) return;
    this.#began = true;
    this.#folder = ownFolder(this.#folder, (line) => this.progress.line(line));
    const files = specifications.map(({ moduleId }) => moduleId);
    const of = [...askedFor(this.#vitest, files).values()].flat().length;
    this.progress.begins('Watching what specs say', { of, what: 'claims' });
  }

  onTestModuleCollected(module: TestModule): void {
    const tests = [...module.children.allTests()].filter(({ options }) => options.mode === 'run');
    this.progress.found(tests.flatMap((test) => test.meta().claim?.id ?? []));
  }

  onTestCaseResult(test: TestCase): void {
    const { claim, trial, outcome, queueType, fired = 0, exception, watched } = test.meta();
    if (claim === undefined || trial === undefined || test.options.mode !== 'run') return;
    this.progress.ended(claim.id);
    // After a Ctrl-C the broker goes while trials go on
    if (outcome === undefined || this.#finished) return;
    const name = outcomeName(claim.id, outcome.queueType ?? queueType);
    const result = exception === undefined ? resultOf(trial, outcome.verdict, fired) : 'not applicable';
    if (watched !== undefined) {
      const { duration = 0 } = test.diagnostic() ?? {};
      const { stirred } = watched;
      if (result === 'held')
        this.#started().watched(name, { claim, text: textOf(claim.file), stirred, duration });
      return;
    }
    this.#trials += 1;
    this.#started().ended(name, trial.mutant.name, result, outcome.errors[0]?.message ?? outcome.reason);
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    this.#modules.push(...modules);
    // What mutants provoke, nobody can catch who has never met it
    if (this.#trials === 0) this.#errors.push(...unhandledErrors);
    if (reason === 'interrupted') await this.finish({ interrupted: true });
  }

  async finish({ interrupted }: { interrupted: boolean }): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    this.progress.ends();
    const problems = problemsOf(this.#modules, this.#errors, []);
    const broker = this.#broker();
    const all = judged(this.#started().standings, this.#unnoticed);
    // What was not watched may well be noticed elsewhere
    const told = this.#ofAll ? all : all.filter(({ result }) => result !== 'unseen');
    const counts = countsOf(told);
    this.#say(`\n${systematicSummaryText(told, picocolors)}`);
    if (broker !== undefined && counts.mutants > 0) {
      try {
        const file = join(this.#folder, 'systematic.json');
        writeWhole(file, `${JSON.stringify({ broker: broker.title, ...counts, of: told }, undefined, 2)}\n`);
        this.#say(`Results: ${file}`);
        this.#known.write(broker, told, this.#ofAll && !interrupted && problems.length === 0);
      } catch (error) {
        problems.push(`The results can't be written: ${whyNotWritten(error) ?? messageOf(error)}.`);
      }
    }
    for (const problem of problems) this.#say(`${picocolors.red('Broken set-up:')} ${problem}`);
    const seconds = ((Date.now() - this.#startedAt) / 1_000).toFixed(1);
    this.#say(`${this.#trials} trials in ${seconds} s: ${broker?.title ?? 'no broker'}`);
    if (problems.length > 0 || counts.mutants === 0) this.#exitCode = 2;
    else if (interrupted) this.#exitCode = 3;
    else this.#exitCode = told.some(({ isBad }) => isBad) ? 1 : 0;
  }

  abandon(problem: string): void {
    this.#finished = true;
    this.progress.ends();
    this.#say(`${picocolors.red('Broken set-up:')} ${problem}`);
    this.#exitCode = 2;
  }

  /** The broker is known only when the first spec has ended. */
  #started(): SystematicCourse {
    const broker = this.#broker();
    return (this.#course ??= new SystematicCourse(
      systematicMutantsFor(broker ?? {}),
      this.#known.of(broker),
    ));
  }

  #say(text: string): void {
    this.progress.line(text);
  }
}

const texts = new Map<string, string>();

/** @param file from the project's root, or from where somebody's own claims are */
function textOf(file: string): string {
  const known = texts.get(file) ?? readFileSync(join(baseOf(root), file), 'utf8');
  texts.set(file, known);
  return known;
}
