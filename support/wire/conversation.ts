import { shortenedInside } from '../evidence/printable.ts';
import type { Command } from './command.ts';
import type { Frame } from './frame.ts';

/** How a peer ends a TCP connection: it closes its side, or breaks the connection off. */
export type TcpEnd = 'FIN' | 'RST';

/** What came instead of what should have come: a method, a frame, the end of the TCP connection, or what broke it. */
export type Contradiction = Command | Frame | TcpEnd | Error;

/** The peer did not answer as the conversation says; the message tells what was sent and received. */
export class ConversationError extends Error {
  override readonly name = 'ConversationError';
  /** What should have come. */
  readonly expected: string;
  /** What came instead, in words. */
  readonly actual: string;
  /** What came instead; `undefined` when nothing came in time, or it was us who ended the connection. */
  readonly came: Contradiction | undefined;

  constructor(expected: string, actual: string, lines: readonly string[], came?: Contradiction) {
    const told = lines.map((line) => `\n  ${line}`).join('');
    super(
      `Expected ${expected}, but ${actual}.\n\nThe conversation was:${told}`,
      came instanceof Error ? { cause: came } : {},
    );
    this.expected = expected;
    this.actual = actual;
    this.came = came;
  }
}

/** How much of a conversation an error tells. */
const lastLines = 100;
/** Of what a broker tells of itself, this says enough. */
const longestLine = 200;

/** What was sent and received on a connection, in order, as people read it. */
export class Conversation {
  readonly #lines: string[] = [];

  sent(what: string): void {
    this.#add(`→ ${what}`);
  }

  received(what: string): void {
    this.#add(`← ${what}`);
  }

  contradiction(expected: string, actual: string, came?: Contradiction): ConversationError {
    return new ConversationError(expected, actual, this.#lines, came);
  }

  #add(line: string): void {
    this.#lines.push(shortenedInside(line, longestLine));
    if (this.#lines.length > lastLines) this.#lines.shift();
  }
}
