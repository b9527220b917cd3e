import type { SystematicKind, SystematicMutant } from '../../mutants/systematic/index.ts';
import { type Crossings, rewrittenBy } from '../../trials/planned.ts';
import type { ClaimDescription } from '../../verdict/outcome.ts';
import type { TrialResult } from '../../verdict/trial.ts';

/** How many specs a mutant meets at once: first the one that is likeliest to notice it, then ever more of the others. */
const atOnce = [1, 2, 3, 5, 8, 16, 32, 64, 128] as const;

/** What an outcome shows where nothing is changed. */
interface Watched {
  claim: Pick<ClaimDescription, 'id' | 'refutedBy'>;
  /** The text of its spec's file. */
  text: string;
  /** The names of the mutants that find something to do in it. */
  stirred: readonly string[];
  /** How long its spec took, in milliseconds. */
  duration: number;
}

/** A spec that may notice mutants. */
interface Candidate {
  duration: number;
  stirred: number;
  /** What the mutants rewrite that its claim declares: `client basic.publish`. */
  about: ReadonlySet<string>;
  text: string;
}

/** What became of a systematic mutant. */
export interface Standing {
  name: string;
  says: string;
  kind: SystematicKind;
  /** `unseen`: it finds nothing to do in any spec. */
  result: 'killed' | 'survived' | 'unseen' | 'not applicable';
  /** The outcome whose spec killed it. */
  by?: string;
  /** What that spec said. */
  message?: string;
  /** How many specs were tried with it. */
  tried: number;
  /** How many of them failed otherwise than by an assertion of their own. */
  void: number;
}

interface Course {
  mutant: SystematicMutant;
  /** The names of the outcomes that are not tried yet. */
  left: Set<string>;
  standing: Standing;
}

/** Which mutant is tried with which spec, one after the other, until one of them kills it. */
export class SystematicCourse {
  readonly #courses: ReadonlyMap<string, Course>;
  readonly #candidates = new Map<string, Candidate>();
  /** How many mutants of a method each outcome has killed, by `client basic.publish` and the outcome. */
  readonly #kills = new Map<string, number>();
  readonly #killedBefore: ReadonlyMap<string, string>;
  #round = 0;

  /** @param killedBefore which outcome has killed a mutant the last time, by the mutant's name */
  constructor(mutants: readonly SystematicMutant[], killedBefore: ReadonlyMap<string, string> = new Map()) {
    this.#killedBefore = killedBefore;
    this.#courses = new Map(
      mutants.map((mutant) => {
        const { name, says, kind } = mutant;
        const standing: Standing = { name, says, kind, result: 'unseen', tried: 0, void: 0 };
        return [name, { mutant, left: new Set(), standing }];
      }),
    );
  }

  /** What became of each mutant, in the order of the methods. */
  get standings(): readonly Standing[] {
    return [...this.#courses.values()].map(({ standing }) => standing);
  }

  /** An outcome may be tried with these mutants. */
  watched(outcome: string, { claim, text, stirred, duration }: Watched): void {
    const about = new Set(claim.refutedBy.flatMap(({ name }) => rewrittenBy(name)));
    this.#candidates.set(outcome, { duration, stirred: stirred.length, about, text });
    for (const name of stirred) {
      const course = this.#courses.get(name);
      if (course === undefined) continue;
      course.left.add(outcome);
      if (course.standing.result === 'unseen') course.standing.result = 'survived';
    }
  }

  /** A trial has ended. @param message what the spec said */
  ended(outcome: string, name: string, result: TrialResult, message: string | undefined): void {
    const course = this.#courses.get(name);
    if (course === undefined || course.standing.result === 'killed') return;
    const { standing, mutant } = course;
    standing.tried += 1;
    if (result === 'void') standing.void += 1;
    if (result === 'not applicable') standing.result = 'not applicable';
    if (result !== 'killed') return;
    Object.assign(standing, { result, by: outcome, message });
    const key = `${methodOf(mutant)} ${outcome}`;
    this.#kills.set(key, (this.#kills.get(key) ?? 0) + 1);
  }

  /**
   * What is to be tried next, by the names of the outcomes; nothing: each mutant was killed, or has met all specs.
   *
   * @param isExplained whether it is known why nothing notices a mutant: then only the likeliest specs try it
   */
  next(isExplained: (name: string) => boolean): Crossings {
    const most = atOnce[Math.min(this.#round, atOnce.length - 1)] ?? 1;
    this.#round += 1;
    const crossings: Record<string, string[]> = {};
    for (const course of this.#courses.values()) {
      const { mutant, standing, left } = course;
      if (standing.result !== 'survived' || (isExplained(mutant.name) && this.#round > 2)) continue;
      const ranked = [...left]
        .map((outcome) => ({ outcome, rank: this.#rank(mutant, outcome, crossings[outcome]?.length ?? 0) }))
        .sort((one, other) => other.rank - one.rank);
      for (const { outcome } of ranked.slice(0, most)) {
        left.delete(outcome);
        (crossings[outcome] ??= []).push(mutant.name);
      }
    }
    return crossings;
  }

  /** How likely and how soon a spec notices a mutant. @param given how many are to be tried with it in this round */
  #rank(mutant: SystematicMutant, outcome: string, given: number): number {
    const candidate = this.#candidates.get(outcome);
    if (candidate === undefined) return 0;
    const method = methodOf(mutant);
    const kills = this.#kills.get(`${method} ${outcome}`) ?? 0;
    return (
      (this.#killedBefore.get(mutant.name) === outcome ? 1_000 : 0) +
      (candidate.about.has(method) ? 40 : 0) +
      (mutant.subject !== undefined && candidate.text.includes(mutant.subject) ? 60 : 0) +
      Math.min(kills, 4) * 10 -
      candidate.duration / 100 -
      candidate.stirred / 20 -
      given * 2
    );
  }
}

function methodOf({ from, method }: SystematicMutant): string {
  return `${from} ${method}`;
}
