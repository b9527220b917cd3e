// Counts and names what runs have left behind, for `.ci/run`.
import { readFileSync } from 'node:fs';

const [what, path, ...more] = process.argv.slice(2);
function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
function sum(counts, ...verdicts) {
  return verdicts.reduce((total, verdict) => total + (counts[verdict] ?? 0), 0);
}
function nameFailing(id, outcome) {
  if (['violated', 'could not run'].includes(outcome?.verdict)) {
    console.log(
      `    ${id}: ${outcome.verdict}: ${outcome.reason ?? outcome.errors.map(({ message }) => message).join('\n')}`,
    );
  }
}

if (what === 'claims') {
  const { counts, notRun } = read(path);
  console.log(
    sum(counts, 'proven', 'holds', 'deviates'),
    sum(counts, 'violated', 'could not run') + notRun,
    sum(counts, 'not applicable', 'not testable'),
  );
} else if (what === 'claims-failed') for (const claim of read(path).claims) nameFailing(claim.id, claim);
else if (what === 'unproven-areas') {
  // What holds, can be refuted, and was not refuted yet by each of its mutants as both are now
  const unproven = read(path).claims.filter(
    ({ verdict, refutedBy }) => verdict === 'holds' && refutedBy.length > 0,
  );
  console.log([...new Set(unproven.map(({ area }) => area))].join(' '));
} else if (what === 'matrix') {
  const { columns, rows } = read(path);
  const counted = { good: 0, bad: 0, neutral: 0 };
  for (const { id, product, title, failure } of columns) {
    const cells = rows.map(({ cells }) => cells[id]?.verdict);
    const count = (...verdicts) => cells.filter((verdict) => verdicts.includes(verdict)).length;
    // A run that came to no end is ours; what a broker of another kind refuses is its own
    if (failure !== undefined) {
      counted.bad += 1;
      console.error(`${title}: ${failure}`);
    }
    if (product !== 'rabbitmq') continue;
    counted.good += count('proven', 'holds', 'deviates');
    counted.bad += count('violated', 'could not run');
    counted.neutral += count('not applicable', 'not testable');
  }
  console.log(counted.good, counted.bad, counted.neutral);
} else if (what === 'tests') {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = read(path);
  console.log(numPassedTests, numFailedTests, numPendingTests + numTodoTests);
} else if (what === 'tests-failed') {
  for (const { name, message, assertionResults } of read(path).testResults) {
    for (const { status, fullName, failureMessages } of assertionResults)
      if (status === 'failed') console.log(`    ${name}: ${fullName}: ${failureMessages.join('\n')}`);

    if (message) console.log(`    ${name}: ${message}`);
  }
} else if (what === 'matrix-failed') {
  const { columns, rows } = read(path);
  for (const { id, title } of columns.filter((column) => column.product === 'rabbitmq'))
    for (const { id: claim, cells } of rows) nameFailing(`${title}: ${claim}`, cells[id]);
} else {
  // A claim that two providers of the same broker could test must have the same verdict on both
  const runs = [path, ...more].map((file) => [file, read(file).claims]);
  const tested = new Map();
  let differing = 0;
  for (const [file, claims] of runs) {
    for (const { id, verdict: own } of claims) {
      if (own === 'not testable') continue;
      // A claim was seen to be falsifiable from the first proof on
      const verdict = own === 'proven' ? 'holds' : own;
      const first = tested.get(id) ?? { file, verdict };
      tested.set(id, first);
      if (first.verdict === verdict) continue;
      differing += 1;
      console.log(`${id}: ${first.verdict} in ${first.file}, ${verdict} in ${file}`);
    }
  }
  console.log(`${tested.size} claims were tested by ${runs.length} runs`);
  process.exitCode = differing === 0 && runs.length > 1 ? 0 : 1;
}
