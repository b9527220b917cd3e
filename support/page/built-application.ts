import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cacheFolder } from '../cache-folder.mjs';
import { root } from '../project.ts';
import { writeWhole } from '../whole-file.ts';

/** What runs in the browser. */
export interface Application {
  script: string;
  style: string;
}

/** What was built last, and of which files. */
interface Kept extends Application {
  /** Paths from the project's root. */
  files: string[];
  /** Of their content. */
  digest: string;
}

const cache = join(cacheFolder, 'page/application.json');
/** Tells of other versions of the libraries. */
const dependencies = 'package.json';

/** The files of `application` as one script and one style; built when one of them has changed. */
export async function builtApplication(): Promise<Application> {
  const kept = keptApplication();
  if (kept !== undefined) return kept;
  const { files, ...application } = await built();
  keep({ files, digest: digestOf(files), ...application });
  return application;
}

async function built(): Promise<Application & { files: string[] }> {
  const { build } = await import('vite');
  const result = await build({
    configFile: false,
    envDir: false,
    publicDir: false,
    // Its warnings are of how long it took
    logLevel: 'error',
    root: inApplication(''),
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      write: false,
      target: 'es2023',
      cssCodeSplit: false,
      modulePreload: false,
      rolldownOptions: {
        input: inApplication('main.tsx'),
        output: { format: 'iife' },
      },
    },
  });
  const made = [result].flat().flatMap((each) => ('output' in each ? each.output : []));
  const modules = made
    .flatMap((each) => (each.type === 'chunk' ? each.moduleIds : []))
    .filter((id) => id.startsWith(root) && !relative(root, id).includes('node_modules/'))
    .map((id) => relative(root, id));
  return {
    script: made.map((each) => (each.type === 'chunk' ? each.code : '')).join(''),
    style: made.map((each) => (each.type === 'asset' ? String(each.source) : '')).join(''),
    files: [dependencies, ...modules],
  };
}

function inApplication(path: string): string {
  return join(root, 'support/page/application', path);
}

function keptApplication(): Application | undefined {
  try {
    const kept = JSON.parse(readFileSync(cache, 'utf8')) as Kept;
    return digestOf(kept.files) === kept.digest ? kept : undefined;
  } catch {
    return undefined;
  }
}

function keep(kept: Kept): void {
  try {
    writeWhole(cache, JSON.stringify(kept));
  } catch {
    // It is built again the next time
  }
}

function digestOf(files: readonly string[]): string {
  const digest = createHash('sha256');
  for (const file of files) digest.update(`${file}\0`).update(readFileSync(join(root, file)));
  return digest.digest('hex');
}
