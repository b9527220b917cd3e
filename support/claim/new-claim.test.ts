import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ruleLink, rules } from '../documentation/rules.ts';
import { addClaim } from './new-claim.ts';

const url = 'https://www.rabbitmq.com/docs/publishers#unroutable';
const claim = { id: 'publishing/dropped', says: "It's dropped.", documented: [url] };
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'brokerproof-new-claim-'));
  mkdirSync(join(root, 'specs/publishing'), { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test('a new claim is written into a file of its own', () => {
  const file = addClaim(claim, root);
  expect(file).toBe('specs/publishing/dropped.spec.ts');
  expect(readFileSync(join(root, file), 'utf8'))
    .toBe(String.raw`import { claim, docs, unwritten } from '#support';

claim(
'publishing/dropped',
{
says: 'It\'s dropped.',
documented: [docs('publishers#unroutable')],
refutedBy: [],
},
unwritten,
);
`);
});

test('or added to the file of its topic, with what it imports', () => {
  const file = join(root, 'specs/publishing/unroutable.spec.ts');
  writeFileSync(file, "import { claim, rule, type Stage } from '#support';\n\n// The others\n");
  const links = [
    url,
    'https://www.rabbitmq.com/tutorials/tutorial-two-python#message-durability',
    'https://www.rabbitmq.com/docs/queues',
    'https://github.com/rabbitmq/rabbitmq-server/releases/tag/v3.13.3',
  ];
  addClaim({ ...claim, documented: links, topic: 'unroutable' }, root);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(
    /^import \{ claim, docs, releaseNotes, rule, type Stage, tutorial, unwritten \} from '#support';\n\n\/\/ The others\n\nclaim\(/,
  );
  expect(text).toContain(
    "documented: [docs('publishers#unroutable'), tutorial('two', 'message-durability'), docs('queues'), releaseNotes('3.13.3')],",
  );
});

test('behind the last claim of it, before what they share', () => {
  const file = join(root, 'specs/publishing/unroutable.spec.ts');
  const before =
    "import { claim, docs } from '#support';\n\nclaim(\n  'publishing/other',\n  {},\n  story,\n);\n";
  writeFileSync(file, `${before}\nfunction story() {}\n`);
  addClaim({ ...claim, topic: 'unroutable' }, root);
  expect(readFileSync(file, 'utf8')).toMatch(
    /'publishing\/other',[^]*\n\);\n\nclaim\(\n'publishing\/dropped',[^]*\n\);\n\nfunction story\(\) \{\}\n$/,
  );
});

test('rules and methods of AMQP are linked by the rows of the page that lists them', () => {
  const page = 'https://www.rabbitmq.com/docs/specification';
  const ids = ['rule:queue/declare/passive/passive', 'pdf:4.10.2/1'];
  const links = rules.filter(({ id }) => ids.includes(id)).map((each) => ruleLink(each).url);
  const file = addClaim({ ...claim, documented: [...links, `${page}#method-status-basic.reject`] }, root);
  expect(readFileSync(join(root, file), 'utf8')).toContain(
    "documented: [rule('queue/declare/passive/passive'), specification('4.10.2', 1), docs('specification#method-status-basic.reject')],",
  );
});

test.for([
  [{ id: 'dropped' }, '"dropped" is not a claim id.\nUse area and slug'],
  [{ id: 'publish/dropped' }, 'There is no area "publish". Nearest: publishing.\nTake one of publishing; '],
  [{ says: ' ' }, 'The claim says nothing.\nGive '],
  [{ documented: [] }, 'The claim links no documentation.\nGive '],
  [
    { documented: ['publishers'] },
    "publishers is not a page of RabbitMQ's documentation that is known here.\n",
  ],
  [
    { documented: ['https://example.org/docs/publishers'] },
    "https://example.org/docs/publishers is not a page of RabbitMQ's documentation",
  ],
  [
    { documented: ['https://www.rabbitmq.com/docs/publishers#unrouteable'] },
    'https://www.rabbitmq.com/docs/publishers#unrouteable leads to no section of that page. Nearest: unroutable,',
  ],
  [{ topic: '../x' }, '"../x" is not the name of a topic.\n'],
] as const)('%j is refused', ([wrong, told]) => {
  expect(() => addClaim({ ...claim, ...wrong }, root)).toThrow(told);
});

test('an id that is taken is refused, with its place', () => {
  addClaim(claim, root);
  expect(() => addClaim({ ...claim, topic: 'other' }, root)).toThrow(
    'The claim publishing/dropped is there already, in specs/publishing/dropped.spec.ts.\nChoose another slug',
  );
});
