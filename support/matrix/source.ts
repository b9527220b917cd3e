import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { root as here } from '../project.ts';

/** Where results of a broker come from: a run, or the file of an earlier one. */
export interface Source {
  /** Unique among the sources; good for the name of a folder and the fragment of an address. */
  id: string;
  /** As it was asked for, without passwords. */
  text: string;
  /** How a run is told to use the broker; or the `results.json` of an earlier run. */
  from: { environment: Readonly<Record<string, string>> } | { results: string };
}

/** The file of names, from the project's root. */
const namesFile = 'fixtures/brokers.json';

/**
 * Reads the brokers that have a name: images, or addresses.
 *
 * @throws UsageError when the file is not as it must be
 */
export function namedBrokers(root = here): Record<string, string> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(join(root, namesFile), 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new UsageError(
      `${namesFile} can't be read: ${why}`,
      'It maps names to images or to addresses, each a string.',
      { cause: error },
    );
  }
}

/**
 * What somebody means by brokers, each: a name of `fixtures/brokers.json`; a provider that needs nothing
 * (`embedded`, `local`); `amqp://…`, or `amqp://…,http://…` with the management API; the `results.json` of an
 * earlier run; else an image.
 *
 * @throws UsageError when an address is none, a file is not there, or a name seems to be mistyped
 */
export function sourcesOf(asked: readonly string[], names: Readonly<Record<string, string>>): Source[] {
  const taken = new Set<string>();
  return asked.map((each) => {
    if (names[each] === undefined) refuseMistyped(each, [...Object.keys(names), ...plainProviders]);
    const meant = meaningOf(names[each] ?? each);
    const plain = meant.text.replaceAll(/[^\w.]+/g, '-').replaceAll(/^-+|-+$/g, '');
    let id = plain;
    for (let number = 2; taken.has(id); number += 1) id = `${plain}-${number}`;
    taken.add(id);
    return { id, ...meant };
  });
}

/** Providers that need nothing to be told. */
const plainProviders = ['embedded', 'local'];

/** So many letters are soon mistyped; images have other names, or a registry or a tag. */
const mistypedLetters = 2;

function refuseMistyped(asked: string, known: readonly string[]): void {
  const near = closest(asked, known);
  const letters = distance(asked, near);
  if (known.includes(asked) || letters > mistypedLetters || /[/:@]|\.json$/.test(asked)) return;
  throw new UsageError(
    `There is no broker ${asked} in ${namesFile}. Did you mean ${near}?`,
    `Write that, or ${asked}:latest for an image of this name.`,
  );
}

function meaningOf(meant: string): Omit<Source, 'id'> {
  if (/^amqps?:/.test(meant)) {
    // Hosts have commas between them too
    const parts = meant.split(/,(?=https?:)/);
    const [amqp = '', management] = parts;
    const environment = {
      BROKER: 'external',
      AMQP_URL: amqp,
      ...(management === undefined ? {} : { MANAGEMENT_URL: management }),
    };
    return { text: parts.map(withoutPassword).join(','), from: { environment } };
  }
  if (meant.endsWith('.json')) {
    if (!existsSync(meant))
      throw new UsageError(`There is no file ${meant}.`, 'Name the results.json of a run.');
    return { text: meant, from: { results: meant } };
  }
  if (plainProviders.includes(meant)) return { text: meant, from: { environment: { BROKER: meant } } };
  return { text: meant, from: { environment: { BROKER: 'container', BROKER_IMAGE: meant } } };
}

function withoutPassword(text: string): string {
  const [, others = ''] = /^amqps?:\/\/(?:[^@/?#]*@)?[^,/]*((?:,[^,/]+)*)/.exec(text) ?? [];
  const first = text.replace(others, '');
  if (!URL.canParse(first)) {
    throw new UsageError(
      "An address can't be read.",
      'Write amqp://user:password@host:port, with http://host:port of the management API after a comma.',
    );
  }
  const { protocol, host, pathname } = new URL(first);
  return `${protocol}//${host}${others}${pathname === '/' ? '' : pathname}`;
}
