import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
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
 * @param say tells the user a line about what happens
 */
export async function runOnAll(
  sources: readonly Source[],
  folder: string,
  say: (line: string) => void,
): Promise<BrokerRun[]> {
  const stop = new AbortController();
  const stopped = (): void => stop.abort();
  for (const signal of signals) process.once(signal, stopped);
  const limit = pLimit(atOnce);
  try {
    return await Promise.all(
      sources.map((source) =>
        limit(async () => {
          const tell = (what: string) => 'environment' in source.from && say(`${source.text}: ${what}`);
          tell('started');
          const run = await runOn(source, join(folder, source.id), stop.signal);
          tell(run.failure ?? inWords(run));
          return run;
        }),
      ),
    );
  } finally {
    for (const signal of signals) process.off(signal, stopped);
    if (stop.signal.aborted) process.exitCode = interrupted;
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** As shells tell the end by SIGINT. */
const interrupted = 130;

function inWords({ results }: BrokerRun): string {
  return Object.entries(results?.counts ?? {})
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ');
}
