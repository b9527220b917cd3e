/**
 * A broker did not do what a spec waits for: an expectation that was not met, as those of the matchers.
 * In contrast to `CouldNotRun`, it counts against the broker.
 */
export class Unmet extends Error {
  override readonly name = 'AssertionError';
  readonly expected: string;
  readonly actual: string;

  constructor(expected: string, actual: string, history: readonly string[] = []) {
    super([`Expected: ${expected}`, `Seen: ${actual}`, ...history].join('\n'));
    this.expected = expected;
    this.actual = actual;
  }
}
