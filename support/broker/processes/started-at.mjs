// Plain JavaScript, since the reaper's program uses it.
import { readFileSync } from 'node:fs';

/** @param {number} processId */
export function startedAt(processId) {
  try {
    // The second field is a name in parentheses that may hold anything
    const [, state, ...others] = readFileSync(`/proc/${processId}/stat`, 'utf8')
      .replace(/^.*\)/s, '')
      .split(' ');
    // A process that has ended stays until somebody asks how
    return state === 'Z' ? undefined : others[18];
  } catch {
    return undefined;
  }
}
