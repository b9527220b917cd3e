import { access, constants, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A RabbitMQ and an Erlang that can be run as they lie there. */
export interface Installation {
  /** Where it comes from, for people: `Debian packages`. */
  origin: string;
  /** The script that becomes the broker; not a wrapper that changes the user. */
  server: string;
  /** `rabbitmqctl`; not a wrapper that changes the user. */
  control: string;
  /** Erlang's port mapper daemon. */
  epmd: string;
  /** `PATH` with which the scripts find `erl`. */
  path: string;
  /** Folders of shared libraries that the system lacks. */
  libraries: string[];
}

/** The first of `folders` that has an executable file of this name, as a path. */
export async function findProgram(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const file = join(folder, name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // Not here.
    }
  }
  return undefined;
}

/** The port mapper that belongs to `erl`: beside it, on the path, or with the runtime system. */
export async function findPortMapper(erl: string, path: readonly string[]): Promise<string | undefined> {
  const bin = dirname(await realpath(erl));
  const root = dirname(bin);
  const runtimes = (await readdir(root).catch(() => [])).filter((name) => name.startsWith('erts-'));
  return await findProgram('epmd', [bin, ...path, ...runtimes.map((runtime) => join(root, runtime, 'bin'))]);
}
