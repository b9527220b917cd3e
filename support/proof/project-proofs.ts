import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf, UsageError, whyNotWritten } from '../errors.ts';
import { writeWhole } from '../whole-file.ts';
import { asTyped, hasOwnSpecs, isPackage, root as here, specsOf } from '../project.ts';
import { isProven, type ProvenTrial } from '../verdict/trial.ts';
import { madeSchema, type Provenance } from './provenance.ts';

const provenSchema = z.strictObject({
  made: madeSchema,
  /** The day on which these trials showed it first. */
  provenAt: z.iso.date(),
  /** Names of mutants. */
  killed: z.array(z.string()),
  /** Names of the declared mutants that can't be made of this broker. */
  notApplicable: z.array(z.string()).optional(),
});
type ProvenOutcome = z.infer<typeof provenSchema>;

const fileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** By the names of the outcomes. */
  proven: z.record(z.string(), provenSchema),
});

/**
 * What is proven of each broker and version, as part of the project: a file for each in `fixtures/proofs`, a line for each
 * outcome, so that it can be merged; for somebody's own claims in the folder `proofs` beside their areas. That the controls
 * went as they must goes without saying.
 */
export class ProjectProofs {
  readonly #folder: string;
  /** By the names of the brokers. */
  readonly #brokers: Map<string, Record<string, ProvenOutcome>>;

  private constructor(folder: string, brokers: Map<string, Record<string, ProvenOutcome>>) {
    this.#folder = folder;
    this.#brokers = brokers;
  }

  /**
   * @param root the project's
   * @throws UsageError when a file is something else
   */
  static read(root: string): ProjectProofs {
    const folder = hasOwnSpecs(root) ? join(specsOf(root), 'proofs') : join(root, 'fixtures/proofs');
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
    return new ProjectProofs(
      folder,
      new Map(names.map((name) => [name.replace(/\.json$/, ''), provenIn(join(folder, name))])),
    );
  }

  /**
   * What is proven of an outcome.
   *
   * @param broker `rabbitmq 3.10.8`
   * @param says what the declared mutants do, by their names
   */
  of(
    broker: string,
    outcome: string,
    says: ReadonlyMap<string, string>,
  ): { made: Provenance; provenAt: string; trials: ProvenTrial[] } | undefined {
    const known = this.#brokers.get(nameOf(broker))?.[outcome];
    if (known === undefined) return undefined;
    const { made, provenAt, killed, notApplicable = [] } = known;
    const trials = (names: readonly string[], result: ProvenTrial['result']): ProvenTrial[] =>
      names.map((mutant) => ({ mutant, says: says.get(mutant) ?? '', result }));
    return {
      made,
      provenAt,
      trials: [...trials(killed, 'killed'), ...trials(notApplicable, 'not applicable')],
    };
  }

  /** Takes note of what the trials of an outcome showed: it is proven, or is not any more. */
  note(
    broker: string,
    outcome: string,
    {
      made,
      refutedBy,
      trials,
    }: { made: Provenance; refutedBy: readonly { name: string }[]; trials: readonly ProvenTrial[] },
  ): void {
    const name = nameOf(broker);
    const { [outcome]: before, ...others } = this.#brokers.get(name) ?? {};
    if (!isProven(trials, refutedBy)) {
      this.#brokers.set(name, others);
      return;
    }
    const declared = new Set(refutedBy.map((mutant) => mutant.name));
    const named = (wanted: ProvenTrial['result']): string[] =>
      trials
        .filter(({ mutant, result }) => result === wanted && declared.has(mutant))
        .map(({ mutant }) => mutant)
        .sort();
    const notApplicable = named('not applicable');
    const shown = { killed: named('killed'), ...(notApplicable.length === 0 ? {} : { notApplicable }) };
    const now = { made, provenAt: new Date().toISOString().slice(0, 10), ...shown };
    const same =
      before !== undefined && JSON.stringify({ ...before, provenAt: now.provenAt }) === JSON.stringify(now);
    this.#brokers.set(name, { ...others, [outcome]: same ? before : now });
  }

  /**
   * Writes the files that have changed.
   *
   * @param isClaim whether there is a claim of this id: the outcomes of others are left out
   * @returns why one could not be written; `undefined`: all were
   */
  write(isClaim: (id: string) => boolean): string | undefined {
    // A package is as it was installed
    if (isPackage && this.#folder.startsWith(here)) return undefined;
    try {
      for (const [name, outcomes] of this.#brokers)
        this.#writeFile(join(this.#folder, `${name}.json`), outcomes, isClaim);
      return undefined;
    } catch (error) {
      return `What is proven could not be added to ${this.#folder}: ${whyNotWritten(error) ?? messageOf(error)}.`;
    }
  }

  #writeFile(file: string, outcomes: Record<string, ProvenOutcome>, isClaim: (id: string) => boolean): void {
    // The name of an outcome begins with its claim
    const names = Object.keys(outcomes)
      .filter((name) => isClaim(name.replace(/ .*/, '')))
      .sort();
    if (names.length === 0) {
      rmSync(file, { force: true });
      return;
    }
    const lines = names.map((name) => `    ${JSON.stringify(name)}: ${JSON.stringify(outcomes[name])}`);
    const text = `{\n  "schemaVersion": 1,\n  "proven": {\n${lines.join(',\n')}\n  }\n}\n`;
    if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
    writeWhole(file, text);
  }
}

function provenIn(file: string): Record<string, ProvenOutcome> {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).proven;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new UsageError(
      `${file} does not hold what is proven: ${why}`,
      `Mend it, or delete it and run ${asTyped('prove')} on that broker again.`,
      { cause: error },
    );
  }
}

function nameOf(broker: string): string {
  return broker.replaceAll(/[^\w.+]+/g, '-');
}
