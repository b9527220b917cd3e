// The project's own modules and most of what they import, as a few files of JavaScript: one by one they are hundreds,
// and take longer to load than many a command does to run. They are built again when a source has changed.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { cacheFolder } from './cache-folder.mjs';

const root = new URL('..', import.meta.url);
const here = fileURLToPath(root);
const kept = join(cacheFolder, 'built');

/** What is loaded from outside: by `run.mjs`, by specs, and by the process that makes Allure's page. */
const entries = {
  program: 'support/commands/program.ts',
  errors: 'support/errors.ts',
  index: 'support/index.ts',
  'allure-process': 'support/report/allure-process.mjs',
};

/** What must be there once in a process, or loads files of its own, or what few commands need. */
const apart = /^(?:@vitest|badge-maker|testcontainers|vite|vitest)(?:\/|$)/;

/** A build that nobody has used for so long is removed, in milliseconds. */
const longestUnusedMs = 10_800_000;

/** What each file of a build must be like: its digest by its name. */
const list = 'files.json';

/**
 * The folder of the built modules, each called as in `entries`; built if need be. All that loads some of them finds it
 * as `BROKERPROOF_BUILT` in the environment. What they take for the addresses of their sources is made of
 * `BROKERPROOF_ROOT`, so that they hold for each copy of the project.
 *
 * @returns `undefined` where nothing can be kept
 */
export async function builtModules() {
  delete process.env['BROKERPROOF_BUILT'];
  process.env['BROKERPROOF_ROOT'] = root.href;
  const folder = join(kept, digestOfSources());
  try {
    if (!isWhole(folder)) await buildInto(folder);
    utimesSync(folder, new Date(), new Date());
  } catch {
    if (!isWhole(folder)) return undefined;
  }
  process.env['BROKERPROOF_BUILT'] = folder;
  return folder;
}

/** @param {string} folder */
function isWhole(folder) {
  try {
    const files = Object.entries(JSON.parse(readFileSync(join(folder, list), 'utf8')));
    return files.every(([name, digest]) => digestOf(readFileSync(join(folder, name))) === digest);
  } catch {
    return false;
  }
}

/** @param {string | Buffer} content */
function digestOf(content) {
  return createHash('sha256').update(content).digest('hex');
}

function digestOfSources() {
  const digest = createHash('sha256');
  const sources = readdirSync(join(here, 'support'), { recursive: true, encoding: 'utf8' })
    .map((file) => join('support', file))
    .filter(
      (file) =>
        /(?<!\.test|\.test-support)\.(?:ts|mjs|json)$/.test(file) && !file.includes(`application${sep}`),
    );
  const others = ['vitest.config.ts', 'package.json', 'pnpm-lock.yaml'].filter((file) =>
    existsSync(join(here, file)),
  );
  for (const file of [...sources.toSorted(), ...others])
    digest.update(`${file}\0`).update(readFileSync(join(here, file)));
  // They import what lies apart from where it is
  return digest
    .update(createRequire(join(here, 'package.json')).resolve('vite/package.json'))
    .digest('hex')
    .slice(0, 16);
}

/** @param {string} folder */
async function buildInto(folder) {
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    const files = await build();
    for (const { fileName, code } of files) writeFileSync(join(unfinished, fileName), code);
    const digests = Object.fromEntries(files.map(({ fileName, code }) => [fileName, digestOf(code)]));
    writeFileSync(join(unfinished, list), JSON.stringify(digests));
    // Whatever is there is broken, or was just made by another process and is the same
    if (!isWhole(folder)) rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  for (const name of readdirSync(kept)) {
    const other = join(kept, name);
    const isUnused = Date.now() - statSync(other).mtimeMs > longestUnusedMs;
    if (isUnused) rmSync(other, { recursive: true, force: true });
  }
}

async function build() {
  const { build } = await import('vite');
  const built = await build({
    configFile: false,
    envDir: false,
    publicDir: false,
    logLevel: 'error',
    root: here,
    ssr: { noExternal: true },
    plugins: [addresses, connectionsOfUndici],
    build: {
      ssr: true,
      write: false,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(here, file)])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  return [built]
    .flat()
    .flatMap((each) => ('output' in each ? each.output : []))
    .filter((each) => each.type === 'chunk');
}

/**
 * What lies apart is imported from where it is, and each module keeps the address of its source.
 *
 * @type {import('vite').Plugin}
 */
const addresses = {
  name: 'addresses',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    if (!apart.test(source)) return null;
    const found = await this.resolve(source, importer, { ...options, skipSelf: true });
    return found === null ? null : { id: pathToFileURL(found.id).href, external: 'absolute' };
  },
  transform(code, id) {
    if (!code.includes('import.meta.url')) return null;
    const path = relative(here, id).replaceAll(sep, '/');
    const isOurs = !/^\.\.|node_modules\//.test(path);
    const address = isOurs
      ? `new URL(${JSON.stringify(path)}, globalThis.process.env['BROKERPROOF_ROOT']).href`
      : JSON.stringify(pathToFileURL(id).href);
    return code.replaceAll('import.meta.url', address);
  },
};

/**
 * undici is all of a browser's network, and half of what a worker would load; this is what is used of it, made as its own
 * index makes it.
 *
 * @type {import('vite').Plugin}
 */
const connectionsOfUndici = {
  name: 'connections-of-undici',
  enforce: 'pre',
  resolveId: (source) => (source === 'undici' ? '\0undici' : null),
  load: (id) =>
    id === '\0undici'
      ? `import Client from 'undici/lib/dispatcher/client.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import api from 'undici/lib/api/index.js';
Object.assign(Dispatcher.prototype, api);
export { Client, Pool };`
      : null,
};
