import picocolors from 'picocolors';
import type { Colors } from '../verdict/style.ts';
import { wrapped } from './wrapped.ts';

/** Where it is written; a terminal gets a line that changes, everything else only lines that stay. */
export interface Screen {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** What goes on at the moment, in at most so many characters; `undefined`: nothing to tell. */
export type Told = (room: number) => string | undefined;

const eraseLine = '\r\u001B[2K';
const betweenDrawsMs = 80;
/** Who reads a log as it grows is told this often at least, in milliseconds, that something goes on. */
const longestSilenceMs = 10_000;

/**
 * Tells how something that takes long gets on: on a terminal by a line that changes, in a log by a line every ten
 * seconds in which nothing else is written.
 */
export class LiveLine {
  readonly colors: Colors;
  readonly #screen: Screen;
  readonly #changes: boolean;
  #told: Told | undefined;
  #timer: NodeJS.Timeout | undefined;
  #drawnAt = 0;
  #drawn = false;
  #writtenAt = 0;

  constructor(screen: Screen, colors: Colors = picocolors) {
    this.#screen = screen;
    this.colors = colors;
    this.#changes =
      screen.isTTY === true && process.env['CI'] === undefined && process.env['TERM'] !== 'dumb';
  }

  /** How wide the terminal is; `undefined` where there is none: who reads a log wraps it as they like. */
  get width(): number | undefined {
    return this.#screen.isTTY === true ? (this.#screen.columns ?? 80) : undefined;
  }

  /** From now on this goes on, until it is told otherwise; `undefined`: nothing. */
  tell(told: Told | undefined): void {
    this.clear();
    this.#told = told;
    clearInterval(this.#timer);
    if (told === undefined) return;
    this.#writtenAt = Date.now();
    this.#timer = setInterval(() => (this.#changes ? this.changed() : this.#afterSilence()), 1_000).unref();
    this.changed();
  }

  /** What goes on has changed. */
  changed(): void {
    const now = Date.now();
    if (!this.#changes || now - this.#drawnAt < betweenDrawsMs) return;
    const text = this.#told?.((this.width ?? 80) - 3);
    if (text === undefined) return;
    this.#screen.write(`${eraseLine}  ${this.colors.dim(text)}`);
    this.#drawn = true;
    this.#drawnAt = now;
  }

  /** Writes lines that stay; on a terminal they are wrapped. */
  line(text: string): void {
    this.clear();
    this.#write(wrapped(text, this.width));
    this.changed();
  }

  /** Takes the line that changes away, for something else that is written. */
  clear(): void {
    if (this.#drawn) this.#screen.write(eraseLine);
    this.#drawn = false;
    this.#drawnAt = 0;
  }

  #afterSilence(): void {
    if (Date.now() - this.#writtenAt < longestSilenceMs) return;
    const text = this.#told?.(Number.POSITIVE_INFINITY);
    if (text !== undefined) this.#write(`  ${this.colors.dim(text)}`);
  }

  #write(text: string): void {
    this.#screen.write(`${text}\n`);
    this.#writtenAt = Date.now();
  }
}

/** What the commands print. */
export const terminal = new LiveLine(process.stdout);

/** Names one after the other, those that find no room as a number: `consuming, queues and 3 more`. */
export function fitted(names: readonly string[], room: number): string {
  for (let shown = names.length; shown > 0; shown -= 1) {
    const rest = names.length - shown;
    const text = names.slice(0, shown).join(', ') + (rest === 0 ? '' : ` and ${rest} more`);
    if (text.length <= room) return text;
  }
  const text = `${names.length} more`;
  return text.length <= room ? text : '';
}

/** `57 s`, `3 min 20 s`. */
export function elapsed(since: number): string {
  const seconds = Math.floor((Date.now() - since) / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
