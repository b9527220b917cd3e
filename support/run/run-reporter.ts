import { setTimeout as after } from 'node:timers/promises';
import type { SerializedError, UserConsoleLog } from 'vitest';
import type {
  Reporter,
  TestCase,
  TestModule,
  TestRunEndReason,
  TestSpecification,
  Vitest,
} from 'vitest/node';
import { asksForExternal } from '../broker/choose.ts';
import type { ServerAddress } from '../broker/under-test/server.ts';
import { readProfiles } from '../broker/profile.ts';
import { knownClaims } from '../claim/places.ts';
import { CouldNotRun, fullDisk, UsageError } from '../errors.ts';
import { askedFor } from './asked-for.ts';
import { hasTranslatedSpecs } from './cache-room.ts';
import { endings } from './endings.ts';
import { terminal } from './live-line.ts';
import { projects } from './selection.ts';
import { Session } from './session.ts';
import { translatedPrograms } from './translated-programs.ts';

/** Who has pressed Ctrl-C waits so long for a broker to go, in milliseconds; what is left then is the reaper's. */
const longestFarewellMs = 6_000;

/** Longest time between a signal and the moment at which this process is told of it, in milliseconds. */
const untoldMs = 200;

/** Another broker takes about as long to start as so many claims take. */
const fewestForTwo = 100;

/** What a run is reported by. */
export interface RunReport extends Reporter {
  onTestRunStart(specifications: readonly TestSpecification[]): void | Promise<void>;
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void>;
  /** Whether the broker is needed after the end of vitest's run, for another one that the report is of too. */
  readonly goesOn?: boolean;
  /** The broker that specs run on first is there. */
  onBroker?(): void;
  /** Writes what there is, once. */
  finish(options: { interrupted: boolean }): Promise<void>;
  /** Tells that there can be no run, and makes the process end accordingly. */
  abandon(problem: string): void;
}

/**
 * A run from beginning to end: starts the broker before the first spec, has everything reported, and
 * removes the broker after the last spec, also when the run is interrupted.
 */
export class RunReporter implements Reporter {
  readonly #session = new Session((line) => terminal.line(line));
  readonly #report: RunReport;
  #vitest: Vitest | undefined;
  #ready: Promise<void> | undefined;
  #programs: Promise<string | undefined> | undefined;
  #ending: NodeJS.Signals | undefined;

  constructor(reportOf: (session: Session) => RunReport) {
    this.#report = reportOf(this.#session);
  }

  onInit(vitest: Vitest): void {
    this.#report.onInit?.(vitest);
    this.#vitest = vitest;
    // After the report's own listener, and whatever vitest makes of specs that were ended
    process.once('exit', () => {
      const isOwn = [undefined, 0, 1].some((code) => code === process.exitCode);
      if (this.#ending !== undefined) process.exitCode = endings.get(this.#ending);
      else if (isOwn && this.#session.left) process.exitCode = 3;
    });
    const atExit = new Set<unknown>(process.listeners('exit'));
    for (const signal of endings.keys()) {
      // vitest would end the process at once, and leave nothing written and the broker to the reaper. Its
      // listener is the one that listens for the exit too; the others are libraries that count on each other.
      const ofVitest = process.listeners(signal).filter((listener) => atExit.has(listener));
      for (const listener of ofVitest) process.off(signal, listener);
      process.on(signal, () => void this.#interrupted(signal));
    }
    vitest.onClose(() => this.#session.stop());
  }

  async onTestRunStart(specifications: readonly TestSpecification[]): Promise<void> {
    try {
      await this.#report.onTestRunStart(specifications);
    } catch (error) {
      process.stderr.write(`${messageOf(error)}\n`);
      process.exit(2);
    }
    try {
      const root = this.#vitest?.config.root ?? '';
      const profiles = readProfiles(knownClaims(root), root);
      const kinds = new Set(specifications.map(({ project }) => project.name));
      const isWorthAnother = this.#asked(specifications) >= fewestForTwo && !asksForExternal(process.env);
      const addresses = await this.#session.start(profiles, {
        cluster: kinds.size === 1 && kinds.has(projects.cluster),
        apart: kinds.has(projects.together) && kinds.has(projects.apart) && isWorthAnother,
      });
      // One of somebody else is there already; one that starts needs all that the machine has
      (asksForExternal(process.env) ? Promise.resolve() : this.#session.first()).then(
        () => this.#report.onBroker?.(),
        () => undefined,
      );
      // Not awaited: the specs can be loaded meanwhile
      this.#ready = this.#session.ready().catch((error: unknown) => this.#abandon(error));
      if (!hasTranslatedSpecs) translate(specifications);

      const programs = await (this.#programs ??= translatedPrograms(root));
      const haveOne = addresses.apart === addresses.together;
      for (const project of this.#vitest?.projects ?? []) {
        const isApart = project.name === projects.apart;
        project.provide('brokerServer', isApart ? addresses.apart : addresses.together);
        // Those of one group run beside each other, and the groups one after the other
        if (isApart) project.config.sequence.groupOrder = haveOne ? 1 : 0;
        project.provide('translatedPrograms', programs);
      }
    } catch (error) {
      await this.#abandon(error);
    }
  }

  /** How many claims are asked for. */
  #asked(specifications: readonly TestSpecification[]): number {
    if (this.#vitest === undefined) return 0;
    const files = specifications.map(({ moduleId }) => moduleId);
    return [...askedFor(this.#vitest, files).values()].flat().length;
  }

  async #abandon(error: unknown): Promise<void> {
    // A Ctrl-C ends the compiler of what is just being loaded too, and that may be told before the signal is
    if (!isTold(error)) await after(untoldMs);
    if (this.#session.stopped) return await new Promise(() => {}); // the signal's handler ends the process
    await this.#session.stop();
    this.#report.abandon(messageOf(error));
    process.exit();
  }

  onTestModuleCollected(module: TestModule): void {
    void this.#report.onTestModuleCollected?.(module);
  }

  async onTestCaseResult(test: TestCase): Promise<void> {
    await this.#report.onTestCaseResult?.(test);
  }

  onTestModuleEnd(module: TestModule): void {
    void this.#report.onTestModuleEnd?.(module);
  }

  onUserConsoleLog(log: UserConsoleLog): void {
    void this.#report.onUserConsoleLog?.(log);
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    await this.#ready;
    const goesOn = this.#vitest?.config.watch === true || this.#report.goesOn === true;
    await Promise.all([
      this.#report.onTestRunEnd(modules, unhandledErrors, reason),
      goesOn ? undefined : this.#session.stop(),
    ]);
  }

  async #interrupted(signal: NodeJS.Signals): Promise<void> {
    const code = endings.get(signal);
    // Once more means at once: what is left then is the reaper's
    if (this.#ending !== undefined) process.exit(code);
    this.#ending = signal;
    process.exitCode = code;
    terminal.line(`\n${signal}: stopping. What has ended so far is reported.`);
    await Promise.allSettled([
      this.#report.finish({ interrupted: true }),
      Promise.race([this.#session.stop(), after(longestFarewellMs)]),
    ]);
    // vitest sets one of its own when specs fail because their broker goes
    process.exit(code);
  }
}

/**
 * Translates spec files ahead: they are loaded when their turn comes, but while the broker starts there is time for all.
 * What is wrong with one is told when it is loaded.
 */
function translate(specifications: readonly TestSpecification[]): void {
  for (const { project, moduleId } of specifications)
    project.vite.environments['ssr']?.transformRequest(moduleId).catch(() => undefined);
}

function messageOf(error: unknown): string {
  if (isTold(error)) return error.message;
  return fullDisk(error, 'A file') ?? String((error as Error).stack ?? error);
}

/** Whether it is an error of our own, whose message tells users all. */
function isTold(error: unknown): error is Error {
  return error instanceof UsageError || error instanceof CouldNotRun;
}

declare module 'vitest' {
  interface ProvidedContext {
    brokerServer: ServerAddress;
    /** The folder of the programs in JavaScript, where Node.js does not run TypeScript. */
    translatedPrograms?: string | undefined;
  }
}
