import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { startedAt } from '../broker/processes/started-at.mjs';
import { messageOf, UsageError, whyNotWritten } from '../errors.ts';

/**
 * The folder in which this run leaves its reports: `folder`, and while another run writes there `run-2` in it, and so
 * on. It is made, and this run's until its process ends, however it ends.
 *
 * @param say tells the user a line, if it is another than was asked for
 * @throws UsageError when nothing can be written there
 */
export function ownFolder(folder: string, say: (line: string) => void): string {
  for (let number = 1; ; number += 1) {
    const own = number === 1 ? folder : join(folder, `run-${number}`);
    if (!isTaken(own)) continue;
    if (number > 1) say(`Another run writes to ${folder}, so this one writes to ${own}.`);
    return own;
  }
}

function isTaken(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    return isLocked(join(folder, '.lock'));
  } catch (error) {
    throw new UsageError(
      `The report can't be written: ${whyNotWritten(error) ?? messageOf(error)}.`,
      `Let ${resolve(folder)} be a folder that you can write.`,
      { cause: error },
    );
  }
}

/** Locks by a link that leads nowhere: unlike a file it is never there without what it says. */
function isLocked(lock: string): boolean {
  const self = `${process.pid}-${startedAt(process.pid) ?? ''}`;
  for (;;) {
    try {
      symlinkSync(self, lock);
      process.once('exit', () => {
        if (holderOf(lock) === self) rmSync(lock, { force: true });
      });
      return true;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = holderOf(lock);
    if (holder === self) return true;
    if (holder !== undefined && isRunning(holder)) return false;
    if (holder !== undefined) removeStale(lock, holder);
  }
}

/** Of a run that was killed. Another run may be about to do the same, and have locked meanwhile. */
function removeStale(lock: string, holder: string): void {
  const aside = `${lock}-${process.pid}`;
  try {
    renameSync(lock, aside);
    const removed = holderOf(aside);
    if (removed !== undefined && removed !== holder) symlinkSync(removed, lock);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error))) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function holderOf(lock: string): string | undefined {
  try {
    return readlinkSync(lock);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isRunning(holder: string): boolean {
  const [processId = '', start = ''] = holder.split('-');
  try {
    process.kill(Number(processId), 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  // Another process can have its id by now
  return start === '' || startedAt(Number(processId)) === start;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
