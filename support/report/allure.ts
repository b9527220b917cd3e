import type { TestResult } from 'allure-js-commons';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import { ReporterRuntime } from 'allure-js-commons/sdk/reporter';
import AllureVitestReporter from 'allure-vitest/reporter';
import type { TestCase } from 'vitest/node';

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
 * Writes a claim's result for Allure as soon as its spec has ended, by Allure's own reporter for vitest: that is told of
 * one test after the other instead of all of them at the end, with verdicts and evidence instead of pass and fail.
 */
export class AllureResults {
  readonly #reporter: AllureVitestReporter;
  readonly #broker: ProfiledBroker | undefined;
  /** For all claims, told with the first. */
  #globals: RuntimeMessage[];
  #current: ClaimResult | undefined;

  /**
   * @param folder where the results go; made when it is missing
   * @param excluded what the page lists besides, for all claims
   */
  constructor(folder: string, broker: ProfiledBroker | undefined, excluded: readonly Excluded[]) {
    this.#broker = broker;
    this.#globals = [
      {
        type: 'global_attachment_content',
        data: {
          name: 'Documented behaviours that are excluded, and why',
          content: Buffer.from(inWords(excluded)).toString('base64'),
          encoding: 'base64',
          contentType: 'text/plain',
        },
      },
    ];
    const listeners = [
      {
        beforeTestResultStop: (allure: TestResult) => {
          if (this.#current !== undefined) identify(allure, this.#current, this.#broker);
        },
        beforeTestResultWrite: (allure: TestResult) => {
          if (this.#current !== undefined) judge(allure, this.#current);
        },
      },
    ];
    const config = { environmentInfo: environmentOf(broker), listeners };
    this.#reporter = new AllureVitestReporter({ ...config, resultsDir: folder });
    // Its own writer waits for the disk after each file, and has no setting for another
    const runtime = new ReporterRuntime({ ...config, writer: new AllureWriter(folder) });
    Object.assign(this.#reporter, { allureReporterRuntime: runtime });
    runtime.writeEnvironmentInfo();
  }

  /**
   * @param order its place in the file; the page sorts by the time of the start, which many specs share
   * @param log what the broker logged while the spec ran
   */
  write(result: ClaimResult, test: TestCase, order: number, log: string | undefined): void {
    const task = {
      type: 'test',
      mode: 'run',
      name: test.name,
      file: { filepath: test.module.moduleId },
      meta: {
        ...test.meta(),
        allureRuntimeMessages: runtimeMessagesOf(result, this.#broker, log),
        allureGlobalRuntimeMessages: this.#globals,
      },
      result: {
        state: 'pass',
        duration: result.duration,
        startTime: (result.startedAt ?? Date.now()) + order / 10_000,
      },
    };
    this.#globals = [];
    this.#current = result;
    try {
      this.#reporter.onTestRunEnd([{ task }] as unknown as Parameters<
        AllureVitestReporter['onTestRunEnd']
      >[0]);
    } finally {
      this.#current = undefined;
    }
  }
}
