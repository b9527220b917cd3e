import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';
import { transformWithOxc } from 'vite';
import { mustNotSurvive } from '../broker/processes/reaper.ts';
import { UsageError, whyNotWritten } from '../errors.ts';
import { isPackage } from '../project.ts';

/**
 * Translates the programs of `fixtures/programs` into JavaScript, where Node.js does not run TypeScript: in its older
 * versions, and in a package. A loader would cost 0.2 s of processor time whenever one is started.
 *
 * @param root the project's
 * @returns a folder that goes with this process; `undefined` where Node.js runs them as they are
 * @throws UsageError when the folder for temporary files can't be written
 */
export async function translatedPrograms(root: string): Promise<string | undefined> {
  if ('typescript' in process.features && !isPackage) return undefined;
  const folder = join(tmpdir(), `brokerproof-programs-${randomBytes(6).toString('hex')}`);
  await mustNotSurvive({ folder });
  try {
    await translateInto(folder, root);
  } catch (error) {
    const why = whyNotWritten(error);
    if (why === undefined) throw error;
    throw new UsageError(
      `The folder for temporary files, ${tmpdir()}, can't be written: ${why}.`,
      'Make room there, or name another one by TMPDIR.',
      { cause: error },
    );
  }
  return folder;
}

async function translateInto(folder: string, root: string): Promise<void> {
  await mkdir(folder);
  const programs = join(root, 'fixtures/programs');
  const files = (await readdir(programs)).filter((name) => /^[a-z-]+\.ts$/.test(name));
  await Promise.all([
    symlink(dependenciesOf(root), join(folder, 'node_modules')),
    writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' })),
    ...files.map(async (name) => {
      const file = join(programs, name);
      const { code } = await transformWithOxc(await readFile(file, 'utf8'), file, {
        typescript: { rewriteImportExtensions: 'rewrite' },
        sourcemap: false,
      });
      await writeFile(join(folder, name.replace(/\.ts$/, '.js')), code);
    }),
  ]);
}

/** The folder of what they import: a package's own dependencies lie beside it. */
function dependenciesOf(root: string): string {
  const amqplib = createRequire(join(root, 'package.json')).resolve('amqplib');
  return amqplib.slice(0, amqplib.lastIndexOf(`${sep}amqplib${sep}`));
}
