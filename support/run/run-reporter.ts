import type { SerializedError } from 'vitest';
import type { TestModule, TestRunEndReason, TestSpecification, Vitest } from 'vitest/node';
import type { HostAddress } from '../broker/host.ts';
import { UsageError } from '../errors.ts';
import BrokerproofReporter from '../report/reporter.ts';
import { Session } from './session.ts';

/** Exit codes of a process that a signal ended, as shells give them. */
const endings = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * A run from beginning to end: starts the broker before the first spec, reports, and removes the broker
 * after the last, also when the run is interrupted.
 */
export class RunReporter extends BrokerproofReporter {
  readonly #session: Session;
  #vitest: Vitest | undefined;

  constructor() {
    const session = new Session((line) => process.stdout.write(`${line}\n`));
    super({ broker: () => session.broker, log: (since) => session.log(since) });
    this.#session = session;
  }

  override onInit(vitest: Vitest): void {
    super.onInit(vitest);
    this.#vitest = vitest;
    for (const signal of Object.keys(endings) as (keyof typeof endings)[]) {
      // vitest would end the process at once, and leave nothing written and the broker to the reaper
      process.removeAllListeners(signal);
      process.once(signal, () => void this.#interrupted(signal));
    }
    vitest.onClose(() => this.#session.stop());
  }

  override async onTestRunStart(specifications: readonly TestSpecification[]): Promise<void> {
    await super.onTestRunStart(specifications);
    try {
      const address = await this.#session.start();
      for (const project of this.#vitest?.projects ?? []) project.provide('brokerHost', address);
    } catch (error) {
      if (this.#session.stopped) return await new Promise(() => {}); // the signal's handler ends the process
      await this.#session.stop();
      this.abandon(error instanceof UsageError ? error.message : String((error as Error).stack ?? error));
      process.exit();
    }
  }

  override async onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
    reason: TestRunEndReason,
  ): Promise<void> {
    const watching = this.#vitest?.config.watch === true;
    await Promise.all([
      super.onTestRunEnd(modules, unhandledErrors, reason),
      watching ? undefined : this.#session.stop(),
    ]);
  }

  async #interrupted(signal: keyof typeof endings): Promise<void> {
    process.exitCode = endings[signal];
    // Once more means at once: what is left then is the reaper's
    for (const again of Object.keys(endings)) process.once(again, () => process.exit());
    process.stdout.write(`\n${signal}: stopping. What has ended so far is reported.\n`);
    await Promise.allSettled([this.finish({ interrupted: true }), this.#session.stop()]);
    process.exit();
  }
}

declare module 'vitest' {
  interface ProvidedContext {
    brokerHost: HostAddress;
  }
}
