import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from '../cache-folder.mjs';
import { readClaims } from '../claim/read-claims.ts';
import { baseOf, hasOwnSpecs, root } from '../project.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import { writeWhole } from '../whole-file.ts';

const kept = join(cacheFolder, 'claims.json');

/**
 * What is claimed in spec files. To load all of them takes longer than all else of a command, so what was read is kept
 * until one of them has changed, or of what they stand on. Somebody's own claims may stand on anything, and are always
 * read.
 *
 * @param files their paths from the folder in which that of the claims lies; all that there are, if `whole`
 * @throws UsageError with what is wrong with each that can't be loaded
 */
export async function claimsOf(files: readonly string[], whole: boolean): Promise<ClaimDescription[]> {
  if (hasOwnSpecs(root)) return await readClaims(files, baseOf(root));
  const digest = digestOfSources();
  const known = keptFor(digest);
  if (known !== undefined) return known.filter(({ file }) => files.includes(file));
  const claims = await readClaims(files, baseOf(root));
  if (whole) keep(digest, claims);
  return claims;
}

/** Of all files that specs and what they stand on are made of. */
function digestOfSources(): string {
  const hash = createHash('sha256').update(process.version);
  for (const folder of ['specs', 'support']) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).sort();
    for (const name of names.filter((each) => /\.(?:m?ts|mjs|json)$/.test(each) && !/\.test\./.test(each)))
      hash.update(`${folder}/${name}\0`).update(readFileSync(join(root, folder, name)));
  }
  return hash.digest('hex');
}

/** The first line tells of which sources they were read, and of what the rest of the file is made. */
function firstLine(digest: string, content: string): string {
  return `${digest} ${createHash('sha256').update(content).digest('hex')}\n`;
}

function keptFor(digest: string): ClaimDescription[] | undefined {
  try {
    const text = readFileSync(kept, 'utf8');
    const content = text.slice(text.indexOf('\n') + 1);
    return text === firstLine(digest, content) + content
      ? (JSON.parse(content) as ClaimDescription[])
      : undefined;
  } catch {
    return undefined;
  }
}

function keep(digest: string, claims: readonly ClaimDescription[]): void {
  const content = JSON.stringify(claims);
  try {
    writeWhole(kept, firstLine(digest, content) + content);
  } catch {
    // They are read again the next time
  }
}
