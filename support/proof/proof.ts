import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { QueueType } from '../broker/queue-type.ts';
import { UsageError } from '../errors.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import { isProven, type ProvenTrial, trialResults, type TrialResult } from '../verdict/trial.ts';
import { type Provenance, provenanceNames, provenanceOf } from './provenance.ts';

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
  made: z.object({ spec: z.string(), mutants: z.string(), harness: z.string() }),
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
  /** That the claim was proven, and is not any more since what made the proof has changed: a sentence. */
  outdated?: string;
}

/** What is known of how the specs fail. */
export class Proof {
  readonly #file: string;
  readonly #content: ProofFile;
  readonly #root: string;

  private constructor(file: string, content: ProofFile, root: string) {
    this.#file = file;
    this.#content = content;
    this.#root = root;
  }

  /**
   * @param file need not exist
   * @param root the project's
   * @throws UsageError when it is something else
   */
  static read(file: string, root = process.cwd()): Proof {
    const none = new Proof(file, { schemaVersion: 2, brokers: {} }, root);
    if (!existsSync(file)) return none;
    try {
      const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
      // What an older version of this project has proven was not proven by what is here now
      if (olderSchema.safeParse(content).success) return none;
      return new Proof(file, proofSchema.parse(content), root);
    } catch (error) {
      throw new UsageError(
        `${file} is not a proof that can be read.`,
        'Delete it, and run pnpm prove again.',
        {
          cause: error,
        },
      );
    }
  }

  /** Takes note of what the trials of a claim showed. */
  note(broker: ProvenBroker, claim: ProvenClaim, trials: ProvenTrial[], queueType?: QueueType): void {
    const claims = (this.#content.brokers[keyOf(broker)] ??= {});
    claims[outcomeName(claim.id, queueType)] = {
      made: provenanceOf(claim, this.#root),
      provenAt: new Date().toISOString(),
      trials,
    };
  }

  /** What the last trials of a claim showed on this broker and version. */
  of(broker: ProvenBroker, claim: ProvenClaim, queueType?: QueueType): KnownTrials {
    const known = this.#content.brokers[keyOf(broker)]?.[outcomeName(claim.id, queueType)];
    if (known === undefined) return { trials: [] };
    const made = provenanceOf(claim, this.#root);
    const changed = (Object.keys(made) as (keyof Provenance)[]).filter(
      (part) => made[part] !== known.made[part],
    );
    if (changed.length === 0) return { trials: known.trials };
    if (!isProven(known.trials, claim.refutedBy)) return { trials: [] };
    const what = changed.map((part) => provenanceNames[part]).join(' and ');
    return {
      trials: [],
      outdated: `It was proven on ${known.provenAt.slice(0, 10)}; changed since: ${what}.`,
    };
  }

  write(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify(this.#content, undefined, 2)}\n`);
  }
}

function keyOf({ product, version, metadataStore }: ProvenBroker): string {
  return [product, version, ...(metadataStore === 'khepri' ? [metadataStore] : [])].join(' ');
}
