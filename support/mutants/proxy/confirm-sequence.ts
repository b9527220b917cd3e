/**
 * The numbers of the messages published on a channel in confirm mode, as the client counts them and as the
 * broker does. They are the same until a message is swallowed or published twice.
 */
export class ConfirmSequence {
  #client = 0n;
  #broker = 0n;
  /** What the broker has not confirmed yet, in order: its number, and the client's, if the client knows of it. */
  readonly #awaited = new Map<bigint, bigint | undefined>();
  /** Whether the two count differently by now. */
  diverged = false;

  /** The client published. @returns the number that it counts */
  published(): bigint {
    this.#client += 1n;
    return this.#client;
  }

  /** A message goes to the broker: the client's of this number, or one of which the client knows nothing. */
  forwarded(number: bigint | undefined): void {
    this.#broker += 1n;
    this.#awaited.set(this.#broker, number);
    if (number !== this.#broker) this.diverged = true;
  }

  /** The broker confirms. @returns the client's numbers for it, in order */
  confirmed(tag: bigint, multiple: boolean): bigint[] {
    const confirmed: bigint[] = [];
    for (const each of multiple ? this.#upTo(tag) : [tag]) {
      const number = this.#awaited.get(each);
      this.#awaited.delete(each);
      if (number !== undefined) confirmed.push(number);
    }
    return confirmed;
  }

  /** The broker begins to count anew, and the client does not know. @returns what will not be confirmed now */
  restarted(): bigint[] {
    const open = this.confirmed(this.#broker, true);
    this.#broker = 0n;
    this.diverged = true;
    return open;
  }

  #upTo(tag: bigint): bigint[] {
    const upTo: bigint[] = [];
    for (const each of this.#awaited.keys()) {
      if (each > tag) break;
      upTo.push(each);
    }
    return upTo;
  }
}
