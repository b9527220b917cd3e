import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import { choiceVariables } from '../broker/choose.ts';
import { mustNotSurvive } from '../broker/processes/reaper.ts';
import { whyNotWritten } from '../errors.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { announcedIn, type Announced } from '../run/announced.ts';
import { readEvidence } from '../report/evidence-file.ts';
import { readResults, type Results } from '../report/results.ts';
import type { Source } from './source.ts';

/** What a run on one broker left. */
export interface BrokerRun {
  source: Source;
  /** Where its reports are. */
  folder: string;
  /** Absent where the run did not come so far. */
  results?: Results;
  evidence: ReadonlyMap<string, Evidence>;
  /** Why there are no results, or not all. */
  failure?: string;
}

/** What a broker's run must not inherit from the shell; what GitHub shows of a step is for the matrix as a whole. */
const providersOwn = [...choiceVariables, 'VITEST', 'FORCE_COLOR', 'GITHUB_STEP_SUMMARY'];

/** How long a run may take, in minutes, before its broker is taken to hang. */
const longestMinutes = 10;

const command = fileURLToPath(new URL('../commands/run.mjs', import.meta.url));

/**
 * Runs the suite on a broker, in a process of its own; or reads what an earlier run left.
 *
 * @param folder where its reports go
 * @param signal ends it: it cleans up, and what it has seen so far is kept
 * @param progress is told how far it is
 * @throws UsageError when the file of an earlier run holds no results
 */
export async function runOn(
  source: Source,
  folder: string,
  signal: AbortSignal,
  progress: (claims: Announced) => void,
): Promise<BrokerRun> {
  const { from } = source;
  if ('results' in from) return read(source, from.results, readResults(from.results), undefined);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const log = { file: join(folder, 'run.log') };
  // The shell waits for a line before it becomes the run: by then the reaper knows of it
  const waiting = 'read -r line && exec "$@" </dev/null';
  const running = execa('/bin/sh', ['-c', waiting, 'sh', process.execPath, command, 'test'], {
    env: {
      ...Object.fromEntries(providersOwn.map((name) => [name, undefined])),
      ...from.environment,
      REPORTS: folder,
      REPORTS_FOR: 'programs',
      NO_COLOR: '1',
    },
    stdout: ['pipe', log],
    stderr: ['pipe', log],
    all: true,
    reject: false,
    // A Ctrl-C reaches it once, by the signal
    detached: true,
    cancelSignal: signal,
    timeout: longestMinutes * 60_000,
    killSignal: 'SIGINT',
    // It stops its broker and writes what it has
    forceKillAfterDelay: 60_000,
    ipc: true,
    buffer: { ipc: false },
  });
  running.on('message', (message: unknown) => {
    const claims = announcedIn(message);
    if (claims !== undefined) progress(claims);
  });
  const release = running.pid === undefined ? () => {} : await mustNotSurvive({ processGroup: running.pid });
  running.stdin.end('start\n');
  const ended = await running;
  release();
  const file = join(folder, 'results.json');
  const results = existsSync(file) ? readResults(file) : undefined;
  const unwritten = whyNotWritten(ended.cause);
  const failure =
    unwritten !== undefined
      ? `${log.file} can't be written: ${unwritten}.`
      : failureOf(results, {
          timedOut: ended.timedOut,
          stopped: signal.aborted,
          lastWords: lastWords(stripVTControlCharacters(ended.all ?? '')),
        });
  return read(source, file, results, failure);
}

function read(
  source: Source,
  file: string,
  results: Results | undefined,
  failure: string | undefined,
): BrokerRun {
  const folder = dirname(file);
  return {
    source,
    folder,
    evidence: readEvidence(join(folder, 'evidence.json')),
    ...(results === undefined || results.claims.length === 0 ? {} : { results }),
    ...(failure === undefined ? {} : { failure }),
  };
}

interface Ending {
  timedOut: boolean;
  stopped: boolean;
  lastWords: string;
}

function failureOf(
  results: Results | undefined,
  { timedOut, stopped, lastWords }: Ending,
): string | undefined {
  if (stopped) return 'The run was stopped before its end.';
  if (timedOut) return `The run did not end within ${longestMinutes} minutes.`;
  if (results === undefined) return lastWords;
  if (results.problems.length > 0) return results.problems.join('\n');
  const died = results.claims.find(({ reason }) => reason?.startsWith('The broker died: ') ?? false);
  return died?.reason;
}

function lastWords(output: string): string {
  return output.trim().split('\n').slice(-3).join('\n') || 'The run ended without a word.';
}
