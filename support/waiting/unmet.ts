/**
 * A broker did not do what a spec expects: an expectation that was not met, of a matcher or of an actor. In contrast to
 * `CouldNotRun`, it counts against the broker.
 */
export class Unmet extends Error {
  override readonly name = 'AssertionError';
  readonly expected: unknown;
  readonly actual: unknown;

  /** @param message default: what was expected, what was seen, and the history */
  constructor(
    expected: unknown,
    actual: unknown,
    history: readonly string[] = [],
    message = [`Expected: ${String(expected)}`, `Seen: ${String(actual)}`, ...history].join('\n'),
  ) {
    super(message);
    this.expected = expected;
    this.actual = actual;
  }
}
