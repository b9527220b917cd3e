import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { h, type JSX } from 'preact';
import { build } from 'vite';
import { queueTypes } from '../broker/queue-type.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { commonStyle, sourceOf, writePage } from '../page/page.ts';
import type { Matrix } from './matrix.ts';

/**
 * Writes the page of a comparison, claims as rows and brokers as columns: one `index.html` that opens from
 * the file system and requests nothing.
 *
 * @param folder is made where it is not there
 * @param evidence by `${column.id} ${row.id}`; absent where a spec did not start
 * @returns where the page went
 */
export async function writeMatrixPage(
  folder: string,
  matrix: Matrix,
  evidence: ReadonlyMap<string, Evidence>,
): Promise<string> {
  const [{ script, style }, packed] = await Promise.all([
    builtApplication(),
    packedByClaim(matrix, evidence),
  ]);
  const file = join(folder, 'index.html');
  mkdirSync(folder, { recursive: true });
  writePage(file, {
    title: 'Brokers compared',
    style: commonStyle + style,
    // Timelines carry their own styles
    policy: [`style-src 'unsafe-inline'`, `script-src ${sourceOf(script)}`],
    body: bodyOf(script, matrix, packed),
  });
  return file;
}

interface Application {
  script: string;
  style: string;
}

/** The files of `page` as one script and one style. */
async function builtApplication(): Promise<Application> {
  const built = await build({
    configFile: false,
    envDir: false,
    publicDir: false,
    // Its warnings are of how long it took
    logLevel: 'error',
    root: inPage(''),
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      target: 'es2023',
      cssCodeSplit: false,
      modulePreload: false,
      rolldownOptions: {
        input: inPage('main.tsx'),
        output: { format: 'iife' },
      },
    },
  });
  const files = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  return {
    script: files.map((made) => (made.type === 'chunk' ? made.code : '')).join(''),
    style: files.map((made) => (made.type === 'asset' ? String(made.source) : '')).join(''),
  };
}

function inPage(path: string): string {
  return fileURLToPath(new URL(`page/${path}`, import.meta.url));
}

/**
 * The evidence of each claim, of all brokers together: they saw much the same, so it packs well, and a
 * comparison needs it together.
 */
async function packedByClaim(
  { columns, rows }: Matrix,
  evidence: ReadonlyMap<string, Evidence>,
): Promise<Map<string, string>> {
  const packed = rows.map(async ({ id }): Promise<[string, string][]> => {
    const ofClaim = columns.flatMap((column) =>
      [undefined, ...queueTypes].flatMap((type) => {
        const seen = evidence.get(`${column.id} ${outcomeName(id, type)}`);
        return seen === undefined ? [] : [[outcomeName(column.id, type), seen] as const];
      }),
    );
    if (ofClaim.length === 0) return [];
    const json = JSON.stringify(Object.fromEntries(ofClaim), inMicroseconds);
    return [[id, (await promisify(gzip)(json, { level: 9 })).toString('base64')]];
  });
  return new Map((await Promise.all(packed)).flat());
}

/** No reader sees finer times, and their digits can't be packed. */
function inMicroseconds(key: string, value: unknown): unknown {
  return key === 'at' && typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
}

/** The script comes before the evidence, so that the page is usable while a browser still reads that. */
function bodyOf(script: string, matrix: Matrix, packed: ReadonlyMap<string, string>): JSX.Element[] {
  return [
    h('div', { id: 'page' }),
    h('noscript', {}, 'This page shows its results by a script, and scripts are switched off.'),
    scriptOf({ type: 'application/json', id: 'matrix' }, jsonFor(matrix)),
    scriptOf({}, script),
    ...[...packed].map(([claim, base64]) =>
      scriptOf({ type: 'application/octet-stream', 'data-evidence': claim }, base64),
    ),
  ];
}

function scriptOf(attributes: Record<string, string>, content: string): JSX.Element {
  return h('script', { ...attributes, dangerouslySetInnerHTML: { __html: content } });
}

/** JSON that ends no element in which it stands. */
function jsonFor(data: Matrix): string {
  return JSON.stringify(data).replaceAll('<', String.raw`\u003c`);
}
