import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.mjs';

/** Where vitest keeps what it has translated of the specs and what they stand on. */
export const translatedSpecs = join(cacheFolder, 'modules');

/** Whether an earlier run has left something there. */
export const hasTranslatedSpecs = existsSync(translatedSpecs);

/** All that is translated for a run takes about 10 MB. */
const neededBytes = 50_000_000;

/** Whether what is translated can be kept for the next run; a run does without, and takes longer. */
export function cacheHasRoom(): boolean {
  const probe = join(cacheFolder, `.probe-${process.pid}`);
  try {
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(probe, 'room');
    const { bavail, bsize } = statfsSync(cacheFolder);
    return bavail * bsize >= neededBytes;
  } catch {
    return false;
  } finally {
    rmSync(probe, { force: true });
  }
}
