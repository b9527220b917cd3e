import { register } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, UsageError } from '../errors.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';

/** A spec file that is read for its claims alone. */
interface FileBeingRead {
  /** Path from the folder in which that of the claims lies. */
  file: string;
  claims: ClaimDescription[];
}

let loadsTypeScript = false;

/** Spec files are TypeScript, also where all that reads them was built. */
function loadTypeScript(): void {
  if (!loadsTypeScript) register('../typescript-hooks.mjs', import.meta.url);
  loadsTypeScript = true;
}

let beingRead: FileBeingRead | undefined;

/** Where `claim()` leaves what it is told; `undefined` where specs are loaded to be run. */
export function fileBeingRead(): FileBeingRead | undefined {
  return beingRead;
}

/**
 * Loads spec files to see what they claim, without running anything.
 *
 * @param files their paths from that folder
 * @param base the folder in which that of the claims lies
 * @throws UsageError with what is wrong with each that can't be loaded
 */
export async function readClaims(files: readonly string[], base: string): Promise<ClaimDescription[]> {
  loadTypeScript();
  const claims: ClaimDescription[] = [];
  const problems: string[] = [];
  for (const file of files) {
    beingRead = { file, claims };
    try {
      await import(pathToFileURL(join(base, file)).href);
    } catch (error) {
      problems.push(error instanceof UsageError ? error.message : `${file}: ${messageOf(error)}`);
    }
  }
  beingRead = undefined;
  if (problems.length > 0) throw new UsageError(problems.join('\n'), 'Mend the spec files.');
  return claims;
}
