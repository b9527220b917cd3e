// Translates the project's own modules for Node.js, and remembers how: what has translated them takes long to load.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules/.cache/brokerproof/translated');

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  const isOwn = url.startsWith('file:') && url.endsWith('.ts') && !url.includes('/node_modules/');
  if (!isOwn) return await nextLoad(url, context);
  return { format: 'module', source: await translated(fileURLToPath(url)), shortCircuit: true };
}

/** @param {string} file */
async function translated(file) {
  const source = readFileSync(file, 'utf8');
  // The first line tells of which source it was made
  const made = `// ${createHash('sha256').update(source).digest('hex')}\n`;
  const kept = join(cache, `${relative(root, file)}.js`);
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
  }
}
