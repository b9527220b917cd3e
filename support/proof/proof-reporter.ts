import { basename, dirname, join } from 'node:path';
import picocolors from 'picocolors';
import type { SerializedError } from 'vitest';
import type { TestCase, TestModule, TestRunEndReason, TestSpecification, Vitest } from 'vitest/node';
import type { BrokerDescription } from '../broker/broker.ts';
import type { ProfiledBroker } from '../broker/profile.ts';
import { messageOf, whyNotWritten } from '../errors.ts';
import { claimResultOf, type ClaimResult } from '../report/claim-result.ts';
import { askedFor } from '../run/asked-for.ts';
import { terminal } from '../run/live-line.ts';
import { ownFolder } from '../run/own-folder.ts';
import { problemsOf } from '../run/problems.ts';
import type { RunReport } from '../run/run-reporter.ts';
import { badResults, resultOf } from '../verdict/trial.ts';
import { type Crossings, partNames, trialNamesOf } from '../trials/planned.ts';
import { byOutcome, type EndedTrial, nameOf } from './ended-trial.ts';
import { writeProofPage } from './proof-page.ts';
import { badTrialText, proofSummaryText } from './proof-summary.ts';
import { Proof } from './proof.ts';
import { TrialProgress } from './trial-progress.ts';

/** Reports `pnpm prove`: which specs were seen to fail, and which proved nothing. */
export class ProofReporter implements RunReport {
  readonly goesOn: boolean;
  readonly progress = new TrialProgress(terminal);
  #vitest: Vitest | undefined;
  readonly #broker: () => ProfiledBroker | undefined;
  #file: string;
  readonly #trials = new Map<string, EndedTrial>();
  /** What each claim showed where the proxy changed nothing. */
  readonly #plain = new Map<string, ClaimResult>();
  readonly #startedAt = Date.now();
  readonly #modules: TestModule[] = [];
  readonly #errors: SerializedError[] = [];
  readonly #stirred: Record<string, readonly string[]> = {};
  #still = 0;
  /** Whether a spec could not run on the broker as it is: what its trials show says nothing of it. */
  #couldNotRun = false;
  #finished = false;
  #exitCode = 2;

  /**
   * @param goesOn whether `finish` will be called at last, after several runs of vitest
   * @param folder where the reports go
   */
  constructor(
    broker: () => ProfiledBroker | undefined,
    { goesOn = false, folder = 'reports' }: { goesOn?: boolean; folder?: string } = {},
  ) {
    this.#broker = broker;
    this.goesOn = goesOn;
    this.#file = join(folder, 'proof.json');
    process.once('exit', () => {
      // vitest knows nothing of trials: to it a killed mutant is a failure like any other
      if (process.exitCode === undefined || process.exitCode === 0 || process.exitCode === 1)
        process.exitCode = this.#exitCode;
    });
  }

  /** The mutants of others that find something to do in the spec of each claim that was watched, by its id. */
  get stirred(): Crossings {
    return this.#stirred;
  }

  /** The mutants under which specs failed that their claims do not declare, and nothing says why. */
  get coupled(): Crossings {
    const coupled: Record<string, string[]> = {};
    for (const each of this.#ended)
      if (each.result === 'coupled') (coupled[nameOf(each)] ??= []).push(each.trial.mutant.name);

    return coupled;
  }

  /**
   * The parts of the eccentric broker, for claims that do not hold on the whole of it, and do on a broker that changes
   * nothing: one of them is to blame.
   */
  get suspected(): Crossings {
    const suspected: Record<string, readonly string[]> = {};
    for (const each of this.#ended) {
      const { claim, trial, result } = each;
      const plainly = this.#trials.get(`${nameOf(each)} identity`)?.result;
      if (trial.mutant.name !== 'eccentric' || result !== 'broken' || plainly === 'broken') continue;
      const declared = new Set(claim.refutedBy.map(({ name }) => name));
      suspected[nameOf(each)] = partNames.filter((name) => !declared.has(name));
    }
    return suspected;
  }

  /** Each pair of a spec and a mutant once: the last time that it was tried. */
  get #ended(): EndedTrial[] {
    return [...this.#trials.values()];
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  /** @throws UsageError when there is a file of earlier proofs that can't be added to */
  onTestRunStart(specifications: readonly TestSpecification[]): void {
    // Crossings come afterwards, and are counted otherwise
    if (this.#vitest === undefined || this.#trials.size > 0) return;
    this.#file = join(
      ownFolder(dirname(this.#file), (line) => this.#say(line)),
      basename(this.#file),
    );
    Proof.read(this.#file);
    const files = specifications.map(({ moduleId }) => moduleId);
    const of = [...askedFor(this.#vitest, files).values()].flat().length;
    this.progress.begins('Proving', { of, what: 'claims' });
  }

  onTestModuleCollected(module: TestModule): void {
    const tests = [...module.children.allTests()].filter(({ options }) => options.mode === 'run');
    this.progress.found(tests.flatMap((test) => test.meta().claim?.id ?? []));
  }

  onTestCaseResult(test: TestCase): void {
    const { claim, trial, outcome, queueType, fired = 0, exception, watched } = test.meta();
    if (claim !== undefined && trial !== undefined && test.options.mode === 'run')
      this.progress.ended(claim.id);
    if (claim === undefined || trial === undefined || outcome === undefined) return;
    // After a Ctrl-C the broker goes while trials go on
    if (this.#finished) return;
    const result = exception === undefined ? resultOf(trial, outcome.verdict, fired) : 'not applicable';
    const message = outcome.errors[0]?.message ?? outcome.reason;
    const type = outcome.queueType ?? queueType;
    const ended = { claim, ...(type === undefined ? {} : { queueType: type }), trial, result, message };
    const name = nameOf(ended);
    const plain = trial.mutant.name === 'identity' ? claimResultOf(test) : undefined;
    if (trial.mutant.name === 'identity' && outcome.verdict === 'could not run') this.#couldNotRun = true;
    // A trial leaves no queue type with its outcome
    if (plain !== undefined)
      this.#plain.set(name, { ...plain, ...(type === undefined ? {} : { queueType: type }) });
    this.#trials.set(`${name} ${trial.mutant.name}`, ended);
    if (watched !== undefined && result === 'held') {
      this.#stirred[name] = watched.stirred;
      this.#still += watched.still;
    }
    if (badResults.has(result) && result !== 'coupled') this.#say(badTrialText(ended, picocolors));
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    this.#modules.push(...modules);
    this.#errors.push(...unhandledErrors);
    const interrupted = reason === 'interrupted';
    if (!this.goesOn || interrupted) await this.finish({ interrupted });
  }

  async finish({ interrupted }: { interrupted: boolean }): Promise<void> {
    if (this.#finished) return;
    this.#finished = true;
    this.progress.ends();
    const problems = problemsOf(this.#modules, this.#errors, []);
    const broker = this.#broker();
    const proof = broker === undefined ? undefined : this.#kept(broker, problems);
    this.#say(`\n${proofSummaryText(this.#ended, picocolors)}`);
    if (this.#still > 0)
      this.#say(`${this.#still} crossings were left out: the mutant finds nothing to do in the spec.`);

    for (const problem of problems) this.#say(`${picocolors.red('Broken set-up:')} ${problem}`);
    const seconds = ((Date.now() - this.#startedAt) / 1_000).toFixed(1);
    this.#say(`${this.#ended.length} trials in ${seconds} s: ${broker?.title ?? 'no broker'}`);
    this.#exitCode = exitCodeOf(this.#ended, problems, interrupted || this.#couldNotRun);
    if (broker !== undefined && proof !== undefined) await this.#writePage(broker, proof, problems);
  }

  abandon(problem: string): void {
    this.#finished = true;
    this.progress.ends();
    this.#say(`${picocolors.red('Broken set-up:')} ${problem}`);
    this.#exitCode = 2;
  }

  /** @param problems what can't be written is told there */
  #kept(broker: BrokerDescription, problems: string[]): Proof | undefined {
    try {
      return this.#keep(broker);
    } catch (error) {
      problems.push(`${this.#file} can't be written: ${whyNotWritten(error) ?? messageOf(error)}.`);
      return undefined;
    }
  }

  #keep(broker: BrokerDescription): Proof {
    const proof = Proof.read(this.#file);
    for (const ended of byOutcome(this.#ended).values()) {
      const [{ claim, queueType }] = ended;
      if (!saysSomething(ended)) continue;
      const trials = ended.map(({ trial: { mutant }, result, message }) => ({
        mutant: mutant.name,
        says: mutant.says,
        result,
        ...(message === undefined ? {} : { message }),
      }));
      proof.note(broker, claim, trials, queueType);
    }
    const notWritten = proof.write();
    if (notWritten !== undefined) this.#say(`\n${picocolors.yellow(notWritten)}`);
    return proof;
  }

  async #writePage(broker: ProfiledBroker, proof: Proof, problems: readonly string[]): Promise<void> {
    const run = { broker, startedAt: new Date(this.#startedAt), problems };
    const folder = dirname(this.#file);
    try {
      this.#say(
        `Report: ${await writeProofPage(folder, run, proof, [...this.#plain.values()], this.#ended)}`,
      );
    } catch (error) {
      const why = whyNotWritten(error) ?? messageOf(error);
      this.#say(`${picocolors.red('Broken set-up:')} The report could not be made: ${why}`);
      this.#exitCode = 2;
    }
  }

  #say(text: string): void {
    this.progress.line(text);
  }
}

/** 0: every spec was seen to fail as it must; 1: some were not; 2: nothing was tried; 3: not all were tried, or could be. */
function exitCodeOf(ended: readonly EndedTrial[], problems: readonly string[], incomplete: boolean): number {
  if (problems.length > 0 || ended.length === 0) return 2;
  if (incomplete) return 3;
  const unrefuted = ended.some(
    ({ claim }) => claim.refutedBy.length === 0 && claim.irrefutable === undefined,
  );
  return unrefuted || ended.some(({ result }) => badResults.has(result)) ? 1 : 0;
}

/** Not so where the claim was not tried here, or the run ended before all of its trials had: what was shown before stays. */
function saysSomething(ended: readonly [EndedTrial, ...EndedTrial[]]): boolean {
  const tried = new Set(ended.map(({ trial }) => trial.mutant.name));
  return (
    trialNamesOf(ended[0].claim).every((name) => tried.has(name)) &&
    ended.some(({ result }) => result !== 'not tried' && result !== 'not applicable')
  );
}
