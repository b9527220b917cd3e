import type { Recorder } from '../evidence/recorder.ts';

/** What a matcher answers to vitest. */
export interface MatcherResult {
  pass: boolean;
  message: () => string;
  actual?: unknown;
  expected?: unknown;
}

/** The last lines of what happened, for the message of a failure. */
export function history(recorder: Recorder, most = 25): string[] {
  const lines = recorder.lastEvents(most);
  return lines.length === 0 ? [] : ['', 'What happened:', ...lines];
}
