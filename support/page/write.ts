import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeWhole } from '../whole-file.ts';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { queueTypes } from '../broker/queue-type.ts';
import type { Details } from '../matrix/merge.ts';
import type { Matrix } from '../matrix/matrix.ts';
import { root } from '../project.ts';
import { KnownKills } from '../proof/systematic/known-kills.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import { type Application, builtApplication } from './built-application.ts';
import type { PageData } from './page-data.ts';

/**
 * Writes the page that people open: one `index.html` that opens from the file system and requests nothing. Whoever
 * reads it meanwhile has the one before.
 *
 * @param folder is made where it is not there
 * @param details by `${column.id} ${outcomeName}`; what is absent was not recorded
 * @returns where the page went
 */
export async function writePage(
  folder: string,
  data: PageData,
  details: ReadonlyMap<string, Details>,
): Promise<string> {
  const [{ script, style }, packed] = await Promise.all([
    builtApplication(),
    packedByClaim(data.matrix, details),
  ]);
  const file = join(folder, 'index.html');
  writeWhole(file, htmlOf({ ...data, ...systematicOf(data.matrix) }, { script, style }, packed));
  return file;
}

function systematicOf({ columns }: Matrix): Pick<PageData, 'systematic'> {
  const known = KnownKills.in(root);
  const counts = columns.flatMap((column) => {
    const own = known.counts(column);
    return own === undefined ? [] : [[column.id, own] as const];
  });
  return counts.length === 0 ? {} : { systematic: Object.fromEntries(counts) };
}

/**
 * The details of each claim, of all brokers together: they saw much the same, so it packs well, and a comparison
 * needs it together.
 */
async function packedByClaim(
  { columns, rows }: Matrix,
  details: ReadonlyMap<string, Details>,
): Promise<Map<string, string>> {
  const packed = rows.map(async ({ id }): Promise<[string, string][]> => {
    const ofClaim = columns.flatMap((column) =>
      [undefined, ...queueTypes].flatMap((type) => {
        const own = details.get(`${column.id} ${outcomeName(id, type)}`);
        return own === undefined ? [] : [[outcomeName(column.id, type), own] as const];
      }),
    );
    if (ofClaim.length === 0) return [];
    const json = JSON.stringify(Object.fromEntries(ofClaim), inMicroseconds);
    return [[id, (await promisify(gzip)(json, { level: 6 })).toString('base64')]];
  });
  return new Map((await Promise.all(packed)).flat());
}

/** No reader sees finer times, and their digits can't be packed. */
function inMicroseconds(key: string, value: unknown): unknown {
  return key === 'at' && typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

/** The script comes before the details, so that the page is usable while a browser still reads those. */
function htmlOf(data: PageData, { script, style }: Application, packed: ReadonlyMap<string, string>): string {
  // Timelines carry their own styles
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${digestOf(script)}; base-uri 'none'; form-action 'none'`;
  const details = [...packed].map(
    ([claim, base64]) => `<script type="application/octet-stream" data-details="${claim}">${base64}</script>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>brokerproof</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<noscript>This page shows its results by a script, and scripts are switched off.</noscript>
<script type="application/json" id="data">${jsonFor(data)}</script>
<script>${script}</script>
${details.join('\n')}
</body>
</html>
`;
}

/** How a content security policy names a script that stands in the page. */
function digestOf(script: string): string {
  return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
}

/** JSON that ends no element in which it stands. */
function jsonFor(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', String.raw`\u003c`);
}
