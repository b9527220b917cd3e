// The way in for all commands. JavaScript of an old kind: it must still be able to tell an old Node.js that it
// is too old.
import { tooOld } from './node-version.mjs';

const usages = {
  test: 'pnpm test [area | claim | spec file …] [--queue-type classic | quorum | stream] [--baseline FILE] [--watch]',
  prove: 'pnpm prove [area | claim | spec file …] [--queue-type classic | quorum | stream] [--all]',
  matrix: 'pnpm matrix [image | name | address | results.json …]',
  compare: 'pnpm compare A B [--markdown | --json]',
  profile: 'pnpm profile BROKER',
  claim: 'pnpm claim new AREA/SLUG --says SENTENCE --documented URL [--topic TOPIC]',
  claims: 'pnpm claims [area | claim | spec file …] [--json] [--regressions] [--for product@version]',
};

async function main([command, ...args]) {
  if (!(command in usages)) {
    fail(`There is no command "${command}".\n${Object.values(usages).join('\n')}`);
    return;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usages[command]);
    return;
  }
  await import('../typescript.mjs');
  const { run } = await import(`./${command}.ts`);
  const { UsageError } = await import('../errors.ts');
  try {
    await run(args);
  } catch (error) {
    if (error instanceof UsageError) fail(error.message);
    else if (String(error.code).startsWith('ERR_PARSE_ARGS'))
      fail(`${error.message.split('. ')[0]}.\nUsage: ${usages[command]}`);
    else throw error;
  }
}

function fail(message) {
  console.error(message);
  process.exitCode = 2;
}

const complaint = tooOld(process.versions.node);
if (complaint === undefined) main(process.argv.slice(2)).catch((error) => fail(error.stack));
else fail(complaint);
