import type { BrokerRun } from './run.ts';

/** 3: a run failed, or something in it could not run; 1: a claim is violated somewhere; 0: all is as expected. */
export function exitCodeOf(runs: readonly BrokerRun[]): 0 | 1 | 3 {
  const codes = runs.map(({ failure, results }) => (failure === undefined ? (results?.exitCode ?? 3) : 3));
  if (codes.some((code) => code > 1)) return 3;
  return codes.includes(1) ? 1 : 0;
}
