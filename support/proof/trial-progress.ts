import { elapsed, type LiveLine } from '../run/live-line.ts';

/** Tells how a proof gets on. */
export class TrialProgress {
  readonly #line: LiveLine;
  readonly #startedAt = Date.now();
  /** How many trials of a claim are to end yet, of those that are known. */
  readonly #left = new Map<string, number>();
  #doing = '';
  #count: { of: number; what: 'claims' | 'trials' } = { of: 0, what: 'claims' };
  #claimsEnded = 0;
  #trialsEnded = 0;

  constructor(line: LiveLine) {
    this.#line = line;
  }

  /**
   * A part of the proof begins.
   *
   * @param doing as its beginning is told: `Crossing with the mutants of other claims`
   * @param count what there is to do in it: trials, or where those are not known beforehand, claims
   */
  begins(doing: string, count: { of: number; what: 'claims' | 'trials' }): void {
    this.#doing = doing;
    this.#count = count;
    this.#left.clear();
    this.#claimsEnded = 0;
    this.#trialsEnded = 0;
    this.#line.tell((room) => this.#told(room));
  }

  /** These trials are going to run, each of the claim with this id. */
  found(trials: readonly string[]): void {
    for (const id of trials) this.#left.set(id, (this.#left.get(id) ?? 0) + 1);
  }

  /** A trial of this claim is through, whatever it showed. */
  ended(id: string): void {
    const left = (this.#left.get(id) ?? 1) - 1;
    this.#left.set(id, left);
    this.#trialsEnded += 1;
    if (left === 0) this.#claimsEnded += 1;
    this.#line.changed();
  }

  /** Writes what stays. */
  line(text: string): void {
    this.#line.line(text);
  }

  /** There is nothing more to tell. */
  ends(): void {
    this.#line.tell(undefined);
  }

  #told(room: number): string {
    const { of, what } = this.#count;
    const done =
      what === 'trials'
        ? `${this.#trialsEnded} of ${of} trials`
        : `${this.#claimsEnded} of ${of} claims, ${this.#trialsEnded} trials`;
    const told = `${done}, ${elapsed(this.#startedAt)}`;
    return this.#doing.length + 2 + told.length <= room ? `${this.#doing}: ${told}` : told;
  }
}
