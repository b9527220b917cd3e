import type { Recorder } from './recorder.ts';

/** The last lines of what happened, for the message of a failure. */
export function history(recorder: Recorder, most = 25): string[] {
  const lines = recorder.lastEvents(most);
  return lines.length === 0 ? [] : ['', 'What happened:', ...lines];
}
