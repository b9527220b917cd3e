import { dirname, join } from 'node:path';
import picocolors from 'picocolors';
import type { SerializedError } from 'vitest';
import type { TestCase, TestModule, TestRunEndReason } from 'vitest/node';
import type { BrokerDescription } from '../broker/broker.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import { aligned } from '../evidence/aligned.ts';
import { problemsOf } from '../run/problems.ts';
import type { Colors } from '../verdict/style.ts';
import type { RunReport } from '../run/run-reporter.ts';
import { explanationsOf } from './explanations.ts';
import type { EndedTrial } from './kills/kill-matrix.ts';
import { writeKills } from './kills/page.ts';
import { Proof } from './proof.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import { badResults, isProven, resultOf, trialResults, type TrialResult } from '../verdict/trial.ts';
import { type Crossings, partNames } from '../trials/planned.ts';

/** Reports `pnpm prove`: which specs were seen to fail, and which proved nothing. */
export class ProofReporter implements RunReport {
  readonly goesOn: boolean;
  readonly #broker: () => BrokerDescription | undefined;
  readonly #file: string;
  readonly #trials = new Map<string, EndedTrial>();
  readonly #startedAt = Date.now();
  readonly #modules: TestModule[] = [];
  readonly #errors: SerializedError[] = [];
  readonly #stirred: Record<string, readonly string[]> = {};
  #still = 0;
  #finished = false;
  #exitCode = 2;

  /**
   * @param goesOn whether `finish` will be called at last, after several runs of vitest
   * @param folder where the reports go
   */
  constructor(
    broker: () => BrokerDescription | undefined,
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

  /** @throws UsageError when there is a file of earlier proofs that can't be added to */
  onTestRunStart(): void {
    Proof.read(this.#file);
  }

  onTestCaseResult(test: TestCase): void {
    const { claim, trial, outcome, queueType, fired = 0, exception, watched } = test.meta();
    if (claim === undefined || trial === undefined || outcome === undefined) return;
    // After a Ctrl-C the broker goes while trials go on
    if (this.#finished) return;
    const result = exception === undefined ? resultOf(trial, outcome.verdict, fired) : 'not applicable';
    const message = outcome.errors[0]?.message ?? outcome.reason;
    const type = outcome.queueType ?? queueType;
    const ended = { claim, ...(type === undefined ? {} : { queueType: type }), trial, result, message };
    const name = nameOf(ended);
    this.#trials.set(`${name} ${trial.mutant.name}`, ended);
    if (watched !== undefined && result === 'held') {
      this.#stirred[name] = watched.stirred;
      this.#still += watched.still;
    }
    if (badResults.has(result) && result !== 'coupled') this.#say(bad(ended, picocolors));
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
    const problems = problemsOf(this.#modules, this.#errors, []);
    const broker = this.#broker();
    if (broker !== undefined) this.#keep(broker);
    this.#say(`\n${summary(this.#ended, picocolors)}`);
    if (this.#still > 0)
      this.#say(`${this.#still} crossings were left out: the mutant finds nothing to do in the spec.`);

    for (const problem of problems) this.#say(`${picocolors.red('Broken set-up:')} ${problem}`);
    const seconds = ((Date.now() - this.#startedAt) / 1_000).toFixed(1);
    this.#say(`${this.#ended.length} trials in ${seconds} s: ${broker?.title ?? 'no broker'}`);
    this.#exitCode = exitCodeOf(this.#ended, problems, interrupted);
  }

  abandon(problem: string): void {
    this.#finished = true;
    this.#say(`${picocolors.red('Broken set-up:')} ${problem}`);
    this.#exitCode = 2;
  }

  #keep(broker: BrokerDescription): void {
    const proof = Proof.read(this.#file);
    for (const ended of byOutcome(this.#ended).values()) {
      const [{ claim, queueType }] = ended;
      const trials = ended.map(({ trial: { mutant }, result, message }) => ({
        mutant: mutant.name,
        says: mutant.says,
        result,
        ...(message === undefined ? {} : { message }),
      }));
      proof.note(broker, claim, trials, queueType);
    }
    proof.write();
    this.#say(`\nKill matrix: ${writeKills(join(dirname(this.#file), 'kills.html'), broker, this.#ended)}`);
  }

  #say(text: string): void {
    process.stdout.write(`${text}\n`);
  }
}

/** 0: every spec was seen to fail as it must; 1: some were not; 2: nothing was tried; 3: not all were tried. */
function exitCodeOf(ended: readonly EndedTrial[], problems: readonly string[], interrupted: boolean): number {
  if (problems.length > 0 || ended.length === 0) return 2;
  if (interrupted) return 3;
  const unrefuted = ended.some(
    ({ claim }) => claim.refutedBy.length === 0 && claim.irrefutable === undefined,
  );
  return unrefuted || ended.some(({ result }) => badResults.has(result)) ? 1 : 0;
}

function nameOf({ claim, queueType }: EndedTrial): string {
  return outcomeName(claim.id, queueType);
}

/** By the names of the outcomes. */
function byOutcome(ended: readonly EndedTrial[]): Map<string, [EndedTrial, ...EndedTrial[]]> {
  const outcomes = new Map<string, [EndedTrial, ...EndedTrial[]]>();
  for (const each of ended) {
    const own = outcomes.get(nameOf(each));
    if (own === undefined) outcomes.set(nameOf(each), [each]);
    else own.push(each);
  }
  return outcomes;
}

function byClaim(ended: readonly EndedTrial[]): Map<ClaimDescription, EndedTrial[]> {
  const claims = new Map<string, ClaimDescription>();
  const trials = new Map<ClaimDescription, EndedTrial[]>();
  for (const each of ended) {
    const claim = claims.get(each.claim.id) ?? each.claim;
    claims.set(claim.id, claim);
    trials.set(claim, [...(trials.get(claim) ?? []), each]);
  }
  return trials;
}

function bad(ended: EndedTrial, colors: Colors): string {
  const { trial, result, message } = ended;
  const why = message === undefined ? '' : `\n    ${message.split('\n').slice(0, 6).join('\n    ')}`;
  return `${colors.red('✗')} ${colors.bold(nameOf(ended))} ${colors.red(result)}: a broker that ${trial.mutant.says} (${trial.mutant.name})${why}`;
}

function summary(ended: readonly EndedTrial[], colors: Colors): string {
  const counts = new Map<TrialResult, number>();
  for (const { result } of ended) counts.set(result, (counts.get(result) ?? 0) + 1);
  const rows = (Object.keys(trialResults) as TrialResult[])
    .filter((result) => counts.has(result))
    .map((result) => [
      String(counts.get(result)),
      badResults.has(result) ? colors.red(result) : result,
      colors.dim(trialResults[result]),
    ]);
  const claims = [...byClaim(ended)];
  const proven = claims.filter(([, trials]) => {
    const tried = [...byOutcome(trials).values()].filter((own) =>
      own.some(({ result }) => result !== 'not tried'),
    );
    return tried.length > 0 && tried.every(isOutcomeProven);
  });
  return [
    aligned(rows, [0]).join('\n'),
    '',
    `${proven.length} of ${claims.length} claims are proven: each mutant that they declare was killed, with each queue type.`,
    ...listed(
      'Without a mutant',
      claims.filter(([{ refutedBy, irrefutable }]) => refutedBy.length === 0 && irrefutable === undefined),
      ({ id }) => id,
    ),
    ...listed(
      'Beyond all mutants, for a reason',
      claims.filter(([{ irrefutable }]) => irrefutable !== undefined),
      ({ id, irrefutable }) => `${id}: ${irrefutable}`,
    ),
    ...exceptions(ended),
    ...coupling(ended, colors),
  ].join('\n');
}

function isOutcomeProven(trials: readonly [EndedTrial, ...EndedTrial[]]): boolean {
  return isProven(
    trials.map(({ trial, result }) => ({ mutant: trial.mutant.name, says: trial.mutant.says, result })),
    trials[0].claim.refutedBy,
  );
}

function listed(
  title: string,
  claims: readonly (readonly [ClaimDescription, unknown])[],
  line: (claim: ClaimDescription) => string,
): string[] {
  return claims.length === 0 ? [] : [`${title}:`, ...claims.map(([claim]) => `  ${line(claim)}`)];
}

/** The mutants that do not apply to the broker, a line for each. */
function exceptions(ended: readonly EndedTrial[]): string[] {
  const lines = ended
    .filter(({ result }) => result === 'not applicable')
    .map(({ trial, message }) => `  ${trial.mutant.name}: ${message}`);
  return lines.length === 0 ? [] : ['Mutants that do not apply to this broker:', ...new Set(lines)];
}

/** The mutants of others under which specs failed too: by the reasons of the mutants, and those without. */
function coupling(ended: readonly EndedTrial[], colors: Colors): string[] {
  const kills = ended
    .filter(({ result }) => result === 'explained')
    .map(({ claim, trial: { mutant } }) => ({ claim, mutant }));
  const explained = explanationsOf(kills).map(
    ({ because, mutants, claims }) =>
      `  ${because} ${colors.dim(`${mutants.join(', ')}: ${claims.length} ${claims.length === 1 ? 'claim' : 'claims'}`)}`,
  );
  const unexplained = ended
    .filter(({ result }) => result === 'coupled')
    .map((each) => `  ${nameOf(each)}: a broker that ${each.trial.mutant.says} (${each.trial.mutant.name})`)
    .sort();
  return [
    ...(explained.length === 0
      ? []
      : ['Killed by mutants that they do not declare, for a reason:', ...explained]),
    ...(unexplained.length === 0 ? [] : [colors.red('Unexplained coupling:'), ...unexplained]),
  ];
}
