import { outcomeName } from '../verdict/outcome-name.ts';
import { byClaim } from './claim-outcomes.ts';
import type { ClaimResult } from './claim-result.ts';
import { countsOf } from './results.ts';
import { paint, sign, verdictNames, type Colors } from '../verdict/style.ts';

/** Where the progress is written; a terminal gets a line that changes, everything else only lines that stay. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

const eraseLine = '\r\u001B[2K';
const betweenDrawsMs = 80;

/** Tells how a run gets on: a line for each area that is through, and for each claim that went wrong. */
export class Progress {
  readonly #screen: Screen;
  readonly #colors: Colors;
  readonly #live: boolean;
  readonly #filesLeft = new Map<string, Set<string>>();
  readonly #byArea = new Map<string, ClaimResult[]>();
  #known = 0;
  #ended = 0;
  #drawnAt = 0;
  #drawn = false;

  constructor(screen: Screen, colors: Colors) {
    this.#screen = screen;
    this.#colors = colors;
    this.#live = screen.isTTY === true && process.env['CI'] === undefined && process.env['TERM'] !== 'dumb';
  }

  /** A file is going to run. */
  expect(area: string, file: string): void {
    const files = this.#filesLeft.get(area) ?? new Set();
    this.#filesLeft.set(area, files.add(file));
  }

  /** So many more claims are known of. */
  found(claims: number): void {
    this.#known += claims;
    this.#draw();
  }

  ended(result: ClaimResult): void {
    const { claim, queueType, verdict, reason, errors } = result;
    const results = this.#byArea.get(claim.area) ?? [];
    this.#byArea.set(claim.area, results);
    results.push(result);
    this.#ended += 1;
    if (verdict === 'violated' || verdict === 'could not run') {
      const why = (reason ?? errors[0]?.message ?? '').split('\n')[0] ?? '';
      this.line(
        `${sign(verdict, this.#colors)} ${outcomeName(claim.id, queueType)} ${paint(verdict, verdict, this.#colors)}: ${why}`,
      );
    } else this.#draw();
  }

  /** A file has run; the area's line appears with its last one. */
  fileEnded(area: string, file: string): void {
    const files = this.#filesLeft.get(area);
    if (files === undefined || !files.delete(file) || files.size > 0) return;
    this.#filesLeft.delete(area);
    const results = this.#byArea.get(area) ?? [];
    if (results.length === 0) return;
    const counts = countsOf(byClaim(results));
    const told = verdictNames
      .filter((verdict) => counts[verdict] > 0)
      .map((verdict) => paint(verdict, `${counts[verdict]} ${verdict}`, this.#colors));
    this.line(`  ${this.#colors.bold(area)}: ${told.join(', ')}`);
  }

  /** Writes a line that stays. */
  line(text: string): void {
    this.clear();
    this.#screen.write(`${text}\n`);
    this.#draw();
  }

  /** Takes the line that changes away. */
  clear(): void {
    if (this.#drawn) this.#screen.write(eraseLine);
    this.#drawn = false;
    this.#drawnAt = 0;
  }

  #draw(): void {
    const now = Date.now();
    if (!this.#live || now - this.#drawnAt < betweenDrawsMs || this.#filesLeft.size === 0) return;
    const text = `  ${this.#ended} of ${this.#known} claims, still ${[...this.#filesLeft.keys()].join(', ')}`;
    const room = (this.#screen.columns ?? 80) - 1;
    this.#screen.write(eraseLine + this.#colors.dim(text.slice(0, room)));
    this.#drawn = true;
    this.#drawnAt = now;
  }
}
