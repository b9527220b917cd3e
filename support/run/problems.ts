import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { SerializedError } from 'vitest';
import type { TestModule } from 'vitest/node';

import { cacheFolder } from '../cache-folder.mjs';
import { baseOf, root } from '../project.ts';
import { workerDied } from '../verdict/decide.ts';
import type { ReportedError } from '../verdict/outcome.ts';

function firstOwnFrame(stack: string | undefined): string | undefined {
  return stack
    ?.split('\n')
    .map((line) => line.trim())
    .find((line) => line.startsWith('at ') && !line.includes('node_modules') && !line.includes('node:'));
}

function inWords({ name, message, stack }: Pick<SerializedError, 'name' | 'message' | 'stack'>): string {
  if (name === 'UsageError') return message;
  // Of vitest, which keeps there what it has translated
  if (message.startsWith('ENOSPC')) return `${cacheFolder} can't be written: no space is left there.`;
  const frame = firstOwnFrame(stack);
  return frame === undefined ? message : `${message}\n${frame}`;
}

/**
 * What shows that the run was set up wrongly: files that can't be loaded, tests that are no claims,
 * errors that no spec caught. Each once, as text for people. An error that is the reason why a claim
 * could not run is told there, and not again.
 */
export function problemsOf(
  modules: readonly TestModule[],
  unhandledErrors: readonly SerializedError[],
  results: readonly { reason?: string; errors: ReportedError[] }[],
): string[] {
  const told = new Set(results.flatMap(({ errors }) => errors.map(({ message }) => message)));
  const problems = new Set<string>();
  const add = (where: string, error: Pick<SerializedError, 'name' | 'message' | 'stack'>): void => {
    const message = stripVTControlCharacters(error.message);
    if (!told.has(message)) problems.add(`${where}: ${inWords({ ...error, message })}`);
    told.add(message);
  };
  for (const module of modules) {
    const file = relative(baseOf(root), module.moduleId);
    const around = [module, ...module.children.allSuites()];
    for (const error of around.flatMap((suite) => suite.errors())) add(file, error);
    for (const test of module.children.allTests()) {
      if (test.meta().claim !== undefined) continue;
      problems.add(
        `${file}: "${test.name}" is a test but no claim, so no report would show it.\nWrite it with claim().`,
      );
    }
  }
  const lostSpecs = results.some(({ reason }) => reason === workerDied);
  for (const error of unhandledErrors) {
    if (lostSpecs && error.message.startsWith('[vitest-pool]')) continue;
    add('An error that no spec caught', error);
  }
  return [...problems];
}
