import { ReporterRuntime } from 'allure-js-commons/sdk/reporter';
import AllureVitestReporter from 'allure-vitest/reporter';
import type { RunnerTestCase } from 'vitest';

import type { ProfiledBroker } from '../broker/profile.ts';
import type { Excluded } from '../claim/excluded.ts';
import { identify, judge, runtimeMessagesOf } from './allure-messages.ts';
import { AllureWriter } from './allure-writer.ts';
import type { ClaimResult } from './claim-result.ts';

function environmentOf(broker: ProfiledBroker | undefined): Record<string, string> {
  return {
    ...(broker === undefined
      ? {}
      : {
          Broker: broker.title,
          Product: broker.product,
          Version: broker.version,
          Provider: broker.provider,
          Capabilities: broker.capabilities.join(', '),
          ...(broker.findings === undefined || broker.findings.length === 0
            ? {}
            : { 'Not as its profile says': broker.findings.map(({ says }) => says).join(' ') }),
        }),
    Node: process.versions.node,
  };
}

function inWords(excluded: readonly Excluded[]): string {
  return excluded.length === 0
    ? 'None.'
    : excluded.map(({ id, says, because }) => `${id}\n  ${says}\n  Excluded: ${because}\n`).join('\n');
}

/**
 * Writes a claim's result for Allure as soon as its spec has ended.
 *
 * It stands on Allure's own reporter for vitest, but feeds it with verdicts and evidence instead of
 * pass and fail, and keeps what that reporter leaves out: skips with their reasons, and every error.
 */
export class AllureBridge extends AllureVitestReporter {
  readonly #broker: ProfiledBroker | undefined;
  #current: ClaimResult | undefined;

  /**
   * @param folder where the results go; made when it is missing
   * @param excluded what the page lists besides, for all claims
   */
  constructor(folder: string, broker: ProfiledBroker | undefined, excluded: readonly Excluded[]) {
    super({ resultsDir: folder });
    this.#broker = broker;
    const runtime = new ReporterRuntime({
      writer: new AllureWriter(folder),
      environmentInfo: environmentOf(broker),
      listeners: [
        {
          beforeTestResultStop: (allure) => {
            if (this.#current !== undefined) identify(allure, this.#current, this.#broker);
          },
          beforeTestResultWrite: (allure) => {
            if (this.#current !== undefined) judge(allure, this.#current);
          },
        },
      ],
    });
    runtime.writeEnvironmentInfo();
    runtime.applyGlobalRuntimeMessages([
      {
        type: 'global_attachment_content',
        data: {
          name: 'Documented behaviours that are excluded, and why',
          content: Buffer.from(inWords(excluded)).toString('base64'),
          encoding: 'base64',
          contentType: 'text/plain',
        },
      },
    ]);
    Object.assign(this, { allureReporterRuntime: runtime });
  }

  /** Nothing is installed in vitest: the evidence comes with the tasks. */
  override onInit(): void {}

  /**
   * @param order its place in the file; the page sorts by the time of the start, which many specs share
   * @param log what the broker logged while the spec ran
   */
  write(result: ClaimResult, task: RunnerTestCase, order: number, log: string | undefined): void {
    const startTime = (result.startedAt ?? Date.now()) + order / 10_000;
    const meta = { ...task.meta, allureRuntimeMessages: runtimeMessagesOf(result, this.#broker, log) };
    this.#current = result;
    try {
      this.handleTask({
        ...task,
        meta,
        result: { state: 'pass', duration: result.duration, startTime },
      });
    } finally {
      this.#current = undefined;
    }
  }
}
