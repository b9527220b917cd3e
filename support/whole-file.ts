import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file that is never there in part: who reads it meanwhile, or when this has failed, has the one before. Its
 * folder is made where it is not there.
 *
 * @throws NodeJS.ErrnoException with the path of the file
 */
export function writeWhole(file: string, content: string): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(unfinished, content);
    renameSync(unfinished, file);
  } catch (error) {
    if (existsSync(unfinished)) rmSync(unfinished);
    // What is written to a full disk fails without saying where
    throw Object.assign(error as NodeJS.ErrnoException, { path: file });
  }
}
