/** The peer did not answer as the conversation says; the message tells what was sent and received. */
export class ConversationError extends Error {
  override readonly name = 'ConversationError';
  /** What should have come. */
  readonly expected: string;
  /** What came instead. */
  readonly actual: string;

  constructor(expected: string, actual: string, lines: readonly string[], options?: ErrorOptions) {
    const told = lines.map((line) => `\n  ${line}`).join('');
    super(`Expected ${expected}, but ${actual}. The conversation was:${told}`, options);
    this.expected = expected;
    this.actual = actual;
  }
}

/** How much of a conversation an error tells. */
const lastLines = 100;

/** What was sent and received on a connection, in order, as people read it. */
export class Conversation {
  readonly #lines: string[] = [];

  sent(what: string): void {
    this.#add(`→ ${what}`);
  }

  received(what: string): void {
    this.#add(`← ${what}`);
  }

  contradiction(expected: string, actual: string, options?: ErrorOptions): ConversationError {
    return new ConversationError(expected, actual, this.#lines, options);
  }

  #add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > lastLines) this.#lines.shift();
  }
}
