// The way in for all commands. Plain JavaScript of an old kind: it must still be able to tell an old
// Node.js that it is too old.
import process from 'node:process';

const needed = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(`brokerproof needs Node.js ${needed.join('.')} or later; this is ${process.versions.node}.`);
  console.error('Install a newer one, and run the same command again.');
  process.exit(2);
}

const [command, ...args] = process.argv.slice(2);
const { register } = await import('tsx/esm/api');
register();
const { run } = await import(`./${command}.ts`);
const { UsageError } = await import('../errors.ts');
try {
  await run(args);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
