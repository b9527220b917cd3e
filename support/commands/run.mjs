#!/usr/bin/env node
// The way in for all commands. JavaScript of an old kind: it must still be able to tell an old Node.js that it
// is too old.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { builtModules } from '../built-modules.mjs';
import { lacking } from './means.mjs';
import { tooOld } from './node-version.mjs';
import { unreadable } from './readable-path.mjs';

async function main() {
  // pnpm 10 and later install by themselves
  if ((await import('vite/package.json', { with: { type: 'json' } }).catch(() => undefined)) === undefined) {
    fail('What it depends on is not installed.\nRun pnpm install, and the same command again.');
    return;
  }
  const { program, UsageError, fullDisk } = await modules();
  try {
    await program().parseAsync();
  } catch (error) {
    const told = error instanceof UsageError ? error.message : fullDisk(error, 'The report');
    if (told === undefined) throw error;
    fail(told);
  }
}

/** As they are built; where nothing can be kept, as they are. */
async function modules() {
  const folder = await builtModules();
  if (folder === undefined) {
    await import('../typescript.mjs');
    return { ...(await import('./program.ts')), ...(await import('../errors.ts')) };
  }
  const of = (name) => import(pathToFileURL(join(folder, `${name}.js`)).href);
  return { ...(await of('program')), ...(await of('errors')) };
}

function fail(message) {
  console.error(message);
  process.exitCode = 2;
}

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const odd = unreadable(root);
const complaint =
  tooOld(process.versions.node) ||
  lacking() ||
  (odd === undefined ? undefined : `${odd.problem}\n${odd.cure}`);
if (complaint === undefined) main().catch((error) => fail(error.stack));
else fail(complaint);
