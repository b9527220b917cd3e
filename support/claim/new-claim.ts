import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { ruleLink, rules } from '../documentation/rules.ts';
import { documentationPages } from '../documentation/sections.ts';
import { UsageError } from '../errors.ts';
import { idPattern } from './describe.ts';
import { claimsIn } from './places.ts';

/** What a new claim begins with. */
export interface NewClaim {
  id: string;
  says: string;
  /** Where it is documented, as addresses: at least one. */
  documented: readonly string[];
  /** Names the file, `unroutable` for `unroutable.spec.ts`; default: the second part of the id. */
  topic?: string | undefined;
}

/**
 * Writes a claim whose story is not written yet into the file of its topic, which is made where it is not there.
 *
 * @param root the project's
 * @returns the file, as a path from there
 * @throws UsageError when the id is malformed or taken, there is no such area, or a link leads to no documentation
 */
export function addClaim({ id, says, documented, topic }: NewClaim, root: string): string {
  if (!idPattern.test(id)) {
    throw new UsageError(
      `"${id}" is not a claim id.`,
      'Use area and slug in lower case: consuming/round-robin.',
    );
  }
  const [area = '', slug = ''] = id.split('/');
  const areas = readdirSync(join(root, 'specs'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  if (!areas.includes(area)) {
    throw new UsageError(
      `There is no area "${area}". Nearest: ${nearest(area, areas)}.`,
      `Take one of ${areas.join(', ')}; for a new one, make the folder specs/${area} first.`,
    );
  }
  const taken = claimsIn(root).find((claim) => claim.id === id);
  if (taken !== undefined) {
    throw new UsageError(
      `The claim ${id} is there already, in ${taken.file}.`,
      'Choose another slug: an id means the same for ever.',
    );
  }
  if (says.trim() === '')
    throw new UsageError('The claim says nothing.', 'Give the behaviour as one sentence: --says "…"');
  if (documented.length === 0) {
    throw new UsageError(
      'The claim links no documentation.',
      'Give the address where the behaviour is documented: --documented https://www.rabbitmq.com/docs/…',
    );
  }
  const links = documented.map(linkOf);
  const file = `specs/${area}/${topic ?? slug}.spec.ts`;
  if (!idPattern.test(`${area}/${topic ?? slug}`)) {
    throw new UsageError(
      `"${topic}" is not the name of a topic.`,
      'Name the file without its ending, in lower case: --topic unroutable',
    );
  }
  const path = join(root, file);
  const names = ['claim', 'unwritten', ...links.map(({ helper }) => helper)];
  const claim = [
    'claim(',
    `${quoted(id)},`,
    '{',
    `says: ${quoted(says.trim())},`,
    `documented: [${links.map(({ code }) => code).join(', ')}],`,
    'refutedBy: [],',
    '},',
    'unwritten,',
    ');',
    '',
  ].join('\n');
  const before = existsSync(path) ? readFileSync(path, 'utf8') : "import {} from '#support';\n";
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, withClaim(importing(names, before, file), claim));
  return file;
}

/** The text of a spec file with another claim: after the last one, as what claims share stands at the end. */
function withClaim(text: string, claim: string): string {
  const last = text.lastIndexOf('\nclaim(\n');
  const end = last === -1 ? -1 : text.indexOf('\n);\n', last);
  if (end === -1) return `${text}\n${claim}`;
  const after = end + '\n);\n'.length;
  return `${text.slice(0, after)}\n${claim}${text.slice(after)}`;
}

/** An address of documentation as a spec writes it. */
function linkOf(address: string): { helper: string; code: string } {
  const { pathname, hash, host } = URL.canParse(address)
    ? new URL(address)
    : { host: '', pathname: '', hash: '' };
  const name = pathname.slice(1).replace(/\/$/, '');
  const section = hash.slice(1);
  if (host === 'www.rabbitmq.com') {
    const page = documentationPages.find((each) => each.name === name);
    if (page !== undefined) {
      const anchors = page.sections.map(({ anchor }) => anchor);
      if (section !== '' && !anchors.includes(section)) {
        throw new UsageError(
          `${address} leads to no section of that page. Nearest: ${nearest(section, anchors)}.`,
          'Copy the link of the heading.',
        );
      }
      const tutorial = /^tutorials\/tutorial-(?<number>\w+)-python$/.exec(name)?.groups?.['number'];
      if (tutorial !== undefined) {
        const place = section === '' ? [tutorial] : [tutorial, section];
        return { helper: 'tutorial', code: call('tutorial', place) };
      }
      if (name.startsWith('docs/'))
        return { helper: 'docs', code: call('docs', [name.slice('docs/'.length) + hash]) };
    }
    const known = name === 'docs/specification' ? linkOfSpecification(address, hash) : undefined;
    if (known !== undefined) return known;
  }
  const notes = /^\/rabbitmq\/rabbitmq-server\/releases\/tag\/v(?<version>[\d.]+)$/.exec(pathname);
  if (host === 'github.com' && notes?.groups?.['version'] !== undefined)
    return { helper: 'releaseNotes', code: call('releaseNotes', [notes.groups['version']]) };
  const readme = /^\/rabbitmq\/rabbitmq-server\/blob\/main\/deps\/(?<plugin>\w+)\/README\.md$/.exec(pathname);
  if (host === 'github.com' && readme?.groups?.['plugin'] !== undefined && section !== '')
    return { helper: 'plugin', code: call('plugin', [readme.groups['plugin'], section]) };
  throw new UsageError(
    `${address} is not a page of RabbitMQ's documentation that is known here.`,
    'Give the address of a section: --documented https://www.rabbitmq.com/docs/queues#names',
  );
}

/** Of a row of the page that says how RabbitMQ keeps the rules and methods of AMQP 0-9-1. */
function linkOfSpecification(address: string, hash: string): { helper: string; code: string } | undefined {
  if (/^#method-status-[a-z]+\.[a-z-]+$/.test(hash))
    return { helper: 'docs', code: call('docs', [`specification${hash}`]) };
  const [kind, name = ''] = rules.find((each) => ruleLink(each).url === address)?.id.split(/:(.*)/s) ?? [];
  if (kind === 'rule') return { helper: 'rule', code: call('rule', [name]) };
  if (kind !== 'pdf') return undefined;
  const [section = '', number = ''] = name.split('/');
  return { helper: 'specification', code: `specification(${quoted(section)}, ${number})` };
}

function call(helper: string, values: readonly string[]): string {
  return `${helper}(${values.map(quoted).join(', ')})`;
}

/** As a string of TypeScript; the formatter chooses the quotation marks. */
function quoted(text: string): string {
  return `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", String.raw`\'`)
    .replaceAll('\n', ' ')}'`;
}

/** The text of a spec file that imports these names too. */
function importing(names: readonly string[], text: string, file: string): string {
  const statement = /^import \{(?<names>[^}]*)\} from '#support';$/m;
  const imported = statement.exec(text)?.groups?.['names'];
  if (imported === undefined)
    throw new UsageError(`${file} imports nothing from '#support'.`, 'Give another topic: --topic …');
  const all = new Set([...imported.split(',').map((name) => name.trim()), ...names]);
  all.delete('');
  const sorted = [...all].sort((one, other) => (bare(one) < bare(other) ? -1 : 1));
  return text.replace(statement, `import { ${sorted.join(', ')} } from '#support';`);
}

function bare(name: string): string {
  return name.replace(/^type /, '').toLowerCase();
}

function nearest(name: string, known: readonly string[]): string {
  return [...known]
    .sort((one, other) => distance(name, one) - distance(name, other))
    .slice(0, 3)
    .join(', ');
}
