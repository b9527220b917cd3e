import { messageOf } from '../errors.ts';
import { setTimeout as after } from 'node:timers/promises';

import type { ClaimResult } from './claim-result.ts';

const longestWaitMs = 5_000;
const mostCharacters = 200_000;

/**
 * What the broker logged while the spec of a claim that went wrong was running: as the spec brought it,
 * or asked for now. `undefined` for a claim that went well; where the log can't be read, why.
 */
export async function brokerLog(
  { verdict, evidence, startedAt }: ClaimResult,
  read: (since: number) => Promise<string | undefined>,
): Promise<string | undefined> {
  if (verdict !== 'violated' && verdict !== 'could not run') return undefined;
  if (evidence?.brokerLog !== undefined) return evidence.brokerLog;
  const since = evidence?.startedAt ?? startedAt;
  if (since === undefined) return undefined;
  const deadline = new AbortController();
  try {
    const log = await Promise.race([
      read(since),
      after(longestWaitMs, `No answer within ${longestWaitMs} ms.\n`, { signal: deadline.signal }),
    ]);
    return log !== undefined && log.length > mostCharacters ? `… ${log.slice(-mostCharacters)}` : log;
  } catch (error) {
    return `The broker's log could not be read: ${messageOf(error)}\n`;
  } finally {
    deadline.abort();
  }
}
