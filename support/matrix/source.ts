import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
 * @throws UsageError when an address is none, or a file is not there
 */
export function sourcesOf(asked: readonly string[], names: Readonly<Record<string, string>>): Source[] {
  const taken = new Set<string>();
  return asked.map((each) => {
    const meant = meaningOf(names[each] ?? each);
    const plain = meant.text.replaceAll(/[^\w.]+/g, '-').replaceAll(/^-+|-+$/g, '');
    let id = plain;
    for (let number = 2; taken.has(id); number += 1) id = `${plain}-${number}`;
    taken.add(id);
    return { id, ...meant };
  });
}

function meaningOf(meant: string): Omit<Source, 'id'> {
  if (/^amqps?:/.test(meant)) {
    const [amqp = '', management] = meant.split(',');
    const environment = {
      BROKER: 'external',
      AMQP_URL: amqp,
      ...(management === undefined ? {} : { MANAGEMENT_URL: management }),
    };
    return { text: meant.split(',').map(withoutPassword).join(','), from: { environment } };
  }
  if (meant.endsWith('.json')) {
    if (!existsSync(meant))
      throw new UsageError(`There is no file ${meant}.`, 'Name the results.json of a run.');
    return { text: meant, from: { results: meant } };
  }
  if (meant === 'embedded' || meant === 'local')
    return { text: meant, from: { environment: { BROKER: meant } } };
  return { text: meant, from: { environment: { BROKER: 'container', BROKER_IMAGE: meant } } };
}

function withoutPassword(text: string): string {
  if (!URL.canParse(text)) {
    throw new UsageError(
      "An address can't be read.",
      'Write amqp://user:password@host:port, with http://host:port of the management API after a comma.',
    );
  }
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}
