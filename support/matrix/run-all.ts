import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Announced } from '../run/announced.ts';
import { endings } from '../run/endings.ts';
import { elapsed, fitted, type LiveLine } from '../run/live-line.ts';
import { type BrokerRun, runOn } from './run.ts';
import type { Source } from './source.ts';

/** A run waits for its broker half of the time. */
const atOnce = availableParallelism();

/**
 * Runs the suite on several brokers, as many at once as the machine has cores. A broker that dies, hangs or
 * can't start has a failure in its own run, and the others go on. Signals end all runs, and the process
 * afterwards.
 *
 * @param folder each run has a folder of its own in it
 * @param line tells the user what happens
 */
export async function runOnAll(
  sources: readonly Source[],
  folder: string,
  line: LiveLine,
): Promise<BrokerRun[]> {
  const stop = new AbortController();
  const stopped = (signal: NodeJS.Signals): void => {
    process.exitCode = endings.get(signal);
    stop.abort();
  };
  for (const signal of endings.keys()) process.once(signal, stopped);
  const limit = pLimit(atOnce);
  const startedAt = Date.now();
  const running = new Map<string, Announced | undefined>();
  line.tell((room) => {
    const parts = [...running].map(([name, claims]) =>
      claims === undefined ? `${name} starts` : `${name} ${claims.ended} of ${claims.of} claims`,
    );
    const told = elapsed(startedAt);
    return `${fitted(parts, room - told.length - 2)}, ${told}`;
  });
  try {
    return await Promise.all(
      sources.map((source) =>
        limit(async () => {
          const tell = (what: string) => 'environment' in source.from && line.line(`${source.text}: ${what}`);
          running.set(source.text, undefined);
          tell('started');
          const run = await runOn(source, join(folder, source.id), stop.signal, (claims) => {
            running.set(source.text, claims);
            line.changed();
          });
          running.delete(source.text);
          tell(run.failure ?? inWords(run));
          return run;
        }),
      ),
    );
  } finally {
    line.tell(undefined);
    for (const signal of endings.keys()) process.off(signal, stopped);
  }
}

function inWords({ results }: BrokerRun): string {
  return Object.entries(results?.counts ?? {})
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');
}
