import type { Category, EnvironmentInfo } from 'allure-js-commons/sdk';
import type { Globals, TestResult, TestResultContainer } from 'allure-js-commons';
import { stringifyEnvInfo, type Writer } from 'allure-js-commons/sdk/reporter';
import { copyFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes Allure results file by file. Unlike Allure's own writer it does not wait for the disk after each
 * file: several files a claim would cost seconds where flushing is slow. A file appears under its name
 * only when it is complete.
 */
export class AllureWriter implements Writer {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  #write(name: string, content: string | Uint8Array): void {
    const unfinished = join(this.#folder, `.${name}.unfinished`);
    writeFileSync(unfinished, content);
    renameSync(unfinished, join(this.#folder, name));
  }

  writeResult(result: TestResult): void {
    this.#write(`${result.uuid}-result.json`, JSON.stringify(result));
  }

  writeGroup(group: TestResultContainer): void {
    this.#write(`${group.uuid}-container.json`, JSON.stringify(group));
  }

  writeAttachment(name: string, content: Uint8Array): void {
    this.#write(name, content);
  }

  writeAttachmentFromPath(name: string, from: string): void {
    copyFileSync(from, join(this.#folder, name));
  }

  writeEnvironmentInfo(environment: EnvironmentInfo): void {
    this.#write('environment.properties', stringifyEnvInfo(environment));
  }

  writeCategoriesDefinitions(categories: Category[]): void {
    this.#write('categories.json', JSON.stringify(categories));
  }

  writeGlobals(name: string, globals: Globals): void {
    this.#write(name, JSON.stringify(globals));
  }
}
