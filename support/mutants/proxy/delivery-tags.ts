/** Who has to settle a delivery: acknowledge or reject it. */
export interface Settling {
  /** Whether the client means to: it did not ask for automatic acknowledgement. */
  byClient: boolean;
  /** Whether the broker waits for it. */
  forBroker: boolean;
}

/**
 * The delivery tags of one channel as the client counts them and as the broker does. They are the same until
 * a delivery is dropped, doubled, or not to be settled by the one and awaited by the other.
 */
export class DeliveryTags {
  /** The client's last tag. */
  #last = 0n;
  /** What the client may still settle, in order: its tag, and the broker's, if the broker waits for that. */
  readonly #client = new Map<bigint, bigint | undefined>();
  /** What came from the broker, by its tag. */
  readonly #broker = new Map<bigint, Settling & { given: boolean }>();
  /** What was given to the client and is of no more interest, as soon as the next one comes. */
  #done: bigint[] = [];
  #diverged = false;

  /** A delivery came from the broker. */
  arrived(brokerTag: bigint, settling: Settling): void {
    for (const done of this.#done) this.#broker.delete(done);
    this.#done = [];
    this.#broker.set(brokerTag, { ...settling, given: false });
  }

  /** It was not given to the client. */
  lost(): void {
    this.#diverged = true;
  }

  /** A delivery goes to the client. @returns the tag that it has there */
  given(brokerTag: bigint): bigint {
    this.#last += 1n;
    const arrived = this.#broker.get(brokerTag);
    const first = arrived?.given === false;
    const { byClient, forBroker } = arrived ?? { byClient: true, forBroker: false };
    if (arrived !== undefined) arrived.given = true;
    if (!forBroker) this.#done.push(brokerTag);
    if (byClient) this.#client.set(this.#last, first && forBroker ? brokerTag : undefined);
    if (this.#last !== brokerTag || !first || byClient !== forBroker) this.#diverged = true;
    return this.#last;
  }

  /**
   * The client settles deliveries.
   *
   * @returns the broker's tags for it, each to be settled alone; `'same'`: to be passed on as it was said
   */
  settled(tag: bigint, multiple: boolean): 'same' | readonly bigint[] {
    const known = multiple && tag === 0n ? true : this.#client.has(tag);
    if (this.#diverged && !known) return [this.#unknown(tag)];
    const settled: bigint[] = [];
    for (const each of multiple ? this.#upTo(tag) : [tag]) {
      const brokerTag = this.#client.get(each);
      this.#client.delete(each);
      if (brokerTag === undefined) continue;
      this.#broker.delete(brokerTag);
      settled.push(brokerTag);
    }
    return this.#diverged ? settled : 'same';
  }

  /** All that was unsettled is back in the queues. */
  recovered(): void {
    this.#client.clear();
    this.#broker.clear();
  }

  /** The broker begins to count anew, and the client does not know. */
  restarted(): void {
    this.recovered();
    this.#diverged = true;
  }

  #upTo(tag: bigint): bigint[] {
    const held = [...this.#client.keys()];
    return tag === 0n ? held : held.filter((each) => each <= tag);
  }

  /** A tag that the broker does not know either: it refuses it as it would have refused the client's. */
  #unknown(tag: bigint): bigint {
    return this.#broker.has(tag) ? tag + 2n ** 32n : tag;
  }
}
