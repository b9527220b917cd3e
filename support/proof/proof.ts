import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { type ProvenTrial, trialResults, type TrialResult } from '../verdict/trial.ts';

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
  /** Digest of the spec file's text: when it changed since, nothing is proven any more. */
  specs: z.string(),
  provenAt: z.iso.datetime(),
  trials: z.array(trialSchema),
});

/** The file `proof.json`: what the last trials of each claim showed, for each broker and version. */
const proofSchema = z.object({
  schemaVersion: z.literal(1),
  /** By `rabbitmq 3.10.8`, and then by the claim's id. */
  brokers: z.record(z.string(), z.record(z.string(), provenClaimSchema)),
});
type ProofFile = z.infer<typeof proofSchema>;

/** A broker as proofs speak of it. */
export interface ProvenBroker {
  product: string;
  version: string;
}

/** What is known of how the specs fail. */
export class Proof {
  readonly #file: string;
  readonly #content: ProofFile;

  private constructor(file: string, content: ProofFile) {
    this.#file = file;
    this.#content = content;
  }

  /**
   * @param file need not exist
   * @throws UsageError when it is something else
   */
  static read(file: string): Proof {
    if (!existsSync(file)) return new Proof(file, { schemaVersion: 1, brokers: {} });
    try {
      return new Proof(file, proofSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
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
  note(broker: ProvenBroker, claim: { id: string; file: string }, trials: ProvenTrial[]): void {
    const claims = (this.#content.brokers[keyOf(broker)] ??= {});
    claims[claim.id] = { specs: digestOf(claim.file), provenAt: new Date().toISOString(), trials };
  }

  /** The last trials of a claim on this broker and version, unless its file changed since. */
  trials(broker: ProvenBroker, claim: { id: string; file: string }): ProvenTrial[] {
    const known = this.#content.brokers[keyOf(broker)]?.[claim.id];
    return known?.specs === digestOf(claim.file) ? known.trials : [];
  }

  write(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify(this.#content, undefined, 2)}\n`);
  }
}

function keyOf({ product, version }: ProvenBroker): string {
  return `${product} ${version}`;
}

const digests = new Map<string, string>();

function digestOf(file: string): string {
  let digest = digests.get(file);
  if (digest === undefined) {
    digest = existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : '';
    digests.set(file, digest);
  }
  return digest;
}
