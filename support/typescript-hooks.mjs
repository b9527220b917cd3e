// Translates the project's own modules for Node.js, and remembers how: what has translated them takes long to load.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cacheFolder } from './cache-folder.mjs';

const root = new URL('..', import.meta.url).href;
const here = fileURLToPath(root);
const cache = join(cacheFolder, 'main');

/** What specs import, as it is built or as it is. */
const { BROKERPROOF_BUILT: built } = process.env;
const index = (
  built === undefined ? new URL('index.ts', import.meta.url) : pathToFileURL(join(built, 'index.js'))
).href;

/**
 * What specs import, and somebody's own claims, wherever they lie.
 *
 * @type {import('node:module').ResolveHook}
 */
export async function resolve(specifier, context, nextResolve) {
  const isOurs = specifier === '#support' && context.parentURL?.startsWith(root);
  if (specifier !== 'brokerproof' && !isOurs) return await nextResolve(specifier, context);
  return { url: index, shortCircuit: true };
}

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  const isOurs = url.startsWith(root) && !url.slice(root.length).includes('node_modules/');
  const isOwn = url.startsWith('file:') && url.endsWith('.ts') && (isOurs || !url.includes('/node_modules/'));
  if (!isOwn) return await nextLoad(url, context);
  return { format: 'module', source: await translated(fileURLToPath(url)), shortCircuit: true };
}

/** @param {string} file */
async function translated(file) {
  const source = readFileSync(file, 'utf8');
  // The first line tells of which source it was made
  const made = `// ${createHash('sha256').update(source).digest('hex')}\n`;
  // From the root, so that it holds for a copy of the project too
  const place = createHash('sha256').update(relative(here, file)).digest('hex').slice(0, 16);
  const kept = join(cache, `${basename(file)}.${place}.js`);
  const known = contentOf(kept);
  if (known.startsWith(made)) return known;
  const { transformWithOxc } = await import('vite');
  const { code } = await transformWithOxc(source, file, { sourcemap: false });
  keep(kept, made + code);
  return made + code;
}

/** @param {string} file */
function contentOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/**
 * @param {string} file
 * @param {string} content
 */
function keep(file, content) {
  const unfinished = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(unfinished, content);
    renameSync(unfinished, file);
  } catch {
    // It is translated again the next time
    rmSync(unfinished, { force: true });
  }
}
