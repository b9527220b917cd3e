import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isWithin } from '../../broker/version.ts';
import { messageOf, UsageError } from '../../errors.ts';
import { type SystematicMutant, systematicMutants } from '../../mutants/systematic/index.ts';
import { asTyped, hasOwnSpecs, isPackage } from '../../project.ts';
import { writeWhole } from '../../whole-file.ts';
import type { SystematicCounts } from './rate.ts';
import { countsOf, judged, type JudgedMutant } from './summary.ts';
import { readUnnoticed } from './unnoticed.ts';

const fileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Which outcome's spec has killed each, by the names of the mutants. */
  killedBy: z.record(z.string(), z.string()),
});

interface Version {
  product?: string | undefined;
  version?: string | undefined;
}

/**
 * Which systematic mutants were killed on each broker, as part of the project: a file for each in `fixtures/systematic`,
 * a line for each mutant.
 */
export class KnownKills {
  readonly #folder: string;
  /** Whether it is of the project's own claims, and can be added to. */
  readonly #isOwn: boolean;

  private constructor(folder: string, isOwn: boolean) {
    this.#folder = folder;
    this.#isOwn = isOwn;
  }

  /** @param root the project's */
  static in(root: string): KnownKills {
    return new KnownKills(join(root, 'fixtures/systematic'), !hasOwnSpecs(root) && !isPackage);
  }

  /** Which outcome has killed a mutant the last time, by the mutant's name. @throws UsageError when the file is something else */
  of(broker: Version | undefined): ReadonlyMap<string, string> {
    const file = this.#path(broker ?? {});
    if (!existsSync(file)) return new Map();
    try {
      return new Map(Object.entries(fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).killedBy));
    } catch (error) {
      const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
      throw new UsageError(
        `${file} does not hold what systematic mutants showed: ${why}`,
        `Delete it, and run ${asTyped('prove --systematic')} on that broker again.`,
        { cause: error },
      );
    }
  }

  /** How many mutants were killed; `undefined`: none was tried on this broker. */
  counts(broker: Version): SystematicCounts | undefined {
    const known = this.of(broker);
    if (known.size === 0) return undefined;
    const standings = systematicMutantsFor(broker).map(({ name, says, kind }) => {
      const result = known.has(name) ? ('killed' as const) : ('survived' as const);
      return { name, says, kind, result, tried: 1, void: 0 };
    });
    return countsOf(judged(standings, readUnnoticed()));
  }

  /** Takes note of what became of mutants. @param isWhole whether they have met all specs that there are */
  write(broker: Version, tried: readonly JudgedMutant[], isWhole: boolean): void {
    if (!this.#isOwn) return;
    const known = new Map(this.of(broker));
    for (const { name, by } of tried) {
      if (by !== undefined) known.set(name, by);
      else if (isWhole) known.delete(name);
    }
    const names = systematicMutants.map(({ name }) => name).filter((name) => known.has(name));
    const killedBy = Object.fromEntries(names.map((name) => [name, known.get(name)]));
    writeWhole(this.#path(broker), `${JSON.stringify({ schemaVersion: 1, killedBy }, undefined, 2)}\n`);
  }

  #path({ product = '', version = '' }: Version): string {
    return join(this.#folder, `${`${product} ${version}`.replaceAll(/[^\w.+]+/g, '-')}.json`);
  }
}

/** Those that apply to a broker. */
export function systematicMutantsFor({ product = '', version = '' }: Version): readonly SystematicMutant[] {
  return systematicMutants.filter(
    ({ exceptions = [] }) => !exceptions.some(({ brokers = {} }) => isWithin(brokers[product], version)),
  );
}
