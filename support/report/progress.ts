import { outcomeName } from '../verdict/outcome-name.ts';
import { announce } from '../run/announced.ts';
import { elapsed, fitted, type LiveLine } from '../run/live-line.ts';
import { byClaim } from './claim-outcomes.ts';
import type { ClaimResult } from './claim-result.ts';
import { countsOf } from './results.ts';
import { paint, sign, verdictNames } from '../verdict/style.ts';

/** Tells how a run gets on: a line for each area that is through, and for each claim that went wrong. */
export class Progress {
  readonly #line: LiveLine;
  readonly #startedAt = Date.now();
  /** By area. */
  readonly #filesLeft = new Map<string, Set<string>>();
  readonly #byArea = new Map<string, ClaimResult[]>();
  /** How many claims are to run, by file. */
  readonly #claims = new Map<string, number>();
  /** How many tests of a claim are to end yet. */
  readonly #testsLeft = new Map<string, number>();
  #ended = 0;

  constructor(line: LiveLine) {
    this.#line = line;
  }

  /** A file is going to run, with so many claims as far as is known before it is loaded. */
  expect(area: string, file: string, claims: number): void {
    const files = this.#filesLeft.get(area) ?? new Set();
    this.#filesLeft.set(area, files.add(file));
    this.#claims.set(file, claims);
  }

  /** All files are named that are going to run. */
  begins(): void {
    this.#line.tell((room) => this.#told(room));
    this.#announce();
  }

  /** A file was loaded; it has these tests, each of the claim with this id. */
  found(file: string, tests: readonly string[]): void {
    for (const id of tests) this.#testsLeft.set(id, (this.#testsLeft.get(id) ?? 0) + 1);
    this.#claims.set(file, new Set(tests).size);
    this.#changed();
  }

  /** A test of this claim is through, whatever it showed. */
  testEnded(id: string): void {
    const left = (this.#testsLeft.get(id) ?? 1) - 1;
    this.#testsLeft.set(id, left);
    if (left === 0) this.#ended += 1;
    this.#changed();
  }

  /** What a test showed. */
  ended(result: ClaimResult): void {
    const { claim, queueType, verdict, reason, errors } = result;
    const results = this.#byArea.get(claim.area) ?? [];
    this.#byArea.set(claim.area, results);
    results.push(result);
    if (verdict !== 'violated' && verdict !== 'could not run') return;
    const why = (reason ?? errors[0]?.message ?? '').split('\n')[0] ?? '';
    const { colors } = this.#line;
    this.#line.line(
      `${sign(verdict, colors)} ${outcomeName(claim.id, queueType)} ${paint(verdict, verdict, colors)}: ${why}`,
    );
  }

  /** A file has run; the area's line appears with its last one. */
  fileEnded(area: string, file: string): void {
    const files = this.#filesLeft.get(area);
    if (files === undefined || !files.delete(file) || files.size > 0) return;
    this.#filesLeft.delete(area);
    const results = this.#byArea.get(area) ?? [];
    if (results.length === 0) return;
    const { colors } = this.#line;
    const counts = countsOf(byClaim(results));
    const told = verdictNames
      .filter((verdict) => counts[verdict] > 0)
      .map((verdict) => paint(verdict, `${counts[verdict]} ${verdict}`, colors));
    this.#line.line(`  ${colors.bold(area)}: ${told.join(', ')}`);
  }

  /** Takes the line that changes away, for something else that is written. */
  clear(): void {
    this.#line.clear();
  }

  /** There is nothing more to tell. */
  ends(): void {
    this.#line.tell(undefined);
  }

  get #total(): number {
    return [...this.#claims.values()].reduce((sum, claims) => sum + claims, 0);
  }

  #changed(): void {
    this.#line.changed();
    this.#announce();
  }

  #announce(): void {
    announce({ ended: this.#ended, of: this.#total });
  }

  #told(room: number): string | undefined {
    if (this.#filesLeft.size === 0) return undefined;
    const text = `${this.#ended} of ${this.#total} claims, ${elapsed(this.#startedAt)}`;
    const still = fitted([...this.#filesLeft.keys()], room - text.length - ', still '.length);
    return still === '' ? text : `${text}, still ${still}`;
  }
}
