import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { QueueType } from '../broker/queue-type.ts';
import { claimsIn } from '../claim/places.ts';
import { UsageError } from '../errors.ts';
import { writeWhole } from '../whole-file.ts';
import { asTyped, root as here } from '../project.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import { isProven, type ProvenTrial, trialResults, type TrialResult } from '../verdict/trial.ts';
import { ProjectProofs } from './project-proofs.ts';
import { madeSchema, type Provenance, provenanceNames, provenanceOf } from './provenance.ts';

const resultNames = Object.keys(trialResults) as [TrialResult, ...TrialResult[]];

const trialSchema = z.object({
  mutant: z.string(),
  /** Completes "A broker that …". */
  says: z.string(),
  result: z.enum(resultNames),
  /** What the spec said when it failed. */
  message: z.string().optional(),
});

const provenClaimSchema = z.object({
  /** Digests of what made the proof. */
  made: madeSchema,
  provenAt: z.iso.datetime(),
  trials: z.array(trialSchema),
});

/** The file `proof.json`: what the last trials of each claim showed, for each broker and version. */
const proofSchema = z.object({
  schemaVersion: z.literal(2),
  /** By `rabbitmq 3.10.8`, and then by the claim's id, with the queue type where there is one. */
  brokers: z.record(z.string(), z.record(z.string(), provenClaimSchema)),
});
const olderSchema = z.looseObject({ schemaVersion: z.literal(1) });
type ProofFile = z.infer<typeof proofSchema>;

/** A broker as proofs speak of it. */
export interface ProvenBroker {
  product: string;
  version: string;
  /** Absent where it is not known. */
  metadataStore?: string;
}

type ProvenClaim = Pick<ClaimDescription, 'id' | 'file' | 'refutedBy'>;

/** What is known of how the spec of a claim fails. */
export interface KnownTrials {
  /** None, unless all that made them is as it was. */
  trials: ProvenTrial[];
  /** When these trials showed that the spec can fail, and only when it should: a date or a moment, in ISO 8601. */
  provenAt?: string;
  /** That the claim was proven, and is not any more since what made the proof has changed: a sentence. */
  outdated?: string;
}

/**
 * What is known of how the specs fail: by the last trials here, with what the specs said, and by what is proven as part
 * of the project.
 */
export class Proof {
  readonly #file: string;
  readonly #content: ProofFile;
  readonly #project: ProjectProofs;
  readonly #root: string;

  private constructor(file: string, content: ProofFile, project: ProjectProofs, root: string) {
    this.#file = file;
    this.#content = content;
    this.#project = project;
    this.#root = root;
  }

  /**
   * @param file of the last trials here; need not exist
   * @param root the project's
   * @throws UsageError when it, or a file of the project's proofs, is something else
   */
  static read(file: string, root = here): Proof {
    return new Proof(file, contentOf(file), ProjectProofs.read(root), root);
  }

  /** Takes note of what the trials of a claim showed. */
  note(broker: ProvenBroker, claim: ProvenClaim, trials: ProvenTrial[], queueType?: QueueType): void {
    const key = keyOf(broker);
    const outcome = outcomeName(claim.id, queueType);
    const made = provenanceOf(claim, this.#root);
    (this.#content.brokers[key] ??= {})[outcome] = { made, provenAt: new Date().toISOString(), trials };
    this.#project.note(key, outcome, { made, refutedBy: claim.refutedBy, trials });
  }

  /** What the last trials of a claim showed on this broker and version. */
  of(broker: ProvenBroker, claim: ProvenClaim, queueType?: QueueType): KnownTrials {
    const key = keyOf(broker);
    const outcome = outcomeName(claim.id, queueType);
    const says = new Map(claim.refutedBy.map((mutant) => [mutant.name, mutant.says]));
    const known = [this.#content.brokers[key]?.[outcome], this.#project.of(key, outcome, says)]
      .filter((each) => each !== undefined)
      .sort((one, other) => (one.provenAt < other.provenAt ? 1 : -1));
    const made = provenanceOf(claim, this.#root);
    const current = known.find((each) => changedSince(each.made, made).length === 0);
    if (current !== undefined) {
      const { trials, provenAt } = current;
      return { trials, ...(isProven(trials, claim.refutedBy) ? { provenAt } : {}) };
    }
    const [last] = known;
    if (last === undefined || !isProven(last.trials, claim.refutedBy)) return { trials: [] };
    const what = changedSince(last.made, made).map((part) => provenanceNames[part]);
    return {
      trials: [],
      outdated: `It was proven on ${last.provenAt.slice(0, 10)}; changed since: ${what.join(' and ')}.`,
    };
  }

  /** @returns why what is proven could not be made part of the project; `undefined`: it was */
  write(): string | undefined {
    writeWhole(this.#file, `${JSON.stringify(this.#content, undefined, 2)}\n`);
    const claims = new Set(claimsIn(this.#root).map(({ id }) => id));
    return this.#project.write((id) => claims.has(id));
  }
}

function contentOf(file: string): ProofFile {
  const none: ProofFile = { schemaVersion: 2, brokers: {} };
  if (!existsSync(file)) return none;
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    // What an older version of this project has proven was not proven by what is here now
    if (olderSchema.safeParse(content).success) return none;
    return proofSchema.parse(content);
  } catch (error) {
    throw new UsageError(
      `${file} is not a proof that can be read.`,
      `Delete it, and run ${asTyped('prove')} again.`,
      {
        cause: error,
      },
    );
  }
}

function changedSince(then: Provenance, now: Provenance): (keyof Provenance)[] {
  return (Object.keys(now) as (keyof Provenance)[]).filter((part) => now[part] !== then[part]);
}

function keyOf({ product, version, metadataStore }: ProvenBroker): string {
  return [product, version, ...(metadataStore === 'khepri' ? [metadataStore] : [])].join(' ');
}
