/** What a channel was given of a queue, as far as the model looks at it. */
export interface Given {
  deliveryTag: number;
  body: string;
  redelivered: boolean;
}

/**
 * One queue, the keys by which it is bound to its exchange, and who has what of its messages: as documented, and no more.
 * What was never delivered comes in the order of publishing; when what was requeued comes is left open.
 */
export class QueueModel {
  /** Whether it is declared; if not, nothing else is there. */
  declared = false;
  readonly keys = new Set<string>();
  /** Bodies of what was routed to it and never delivered, oldest first. */
  fresh: string[] = [];
  /** Bodies of what was requeued. */
  returned: string[] = [];
  /** Bodies of what is delivered and not settled, by delivery tag. */
  readonly held = new Map<number, string>();
  /** Its only consumer: how much it may hold, and what it holds. */
  consumer: { prefetch: number; tags: Set<number> } | undefined;
  /** Bodies of what was delivered before a restart: whether the broker still knows that, is left open. */
  readonly #before = new Set<string>();
  /** Whether a queue that has not heard yet of the end of its consumer's channel may send it something still. */
  #mayBeSentInVain = false;
  /** Bodies of what it may have sent so: to somebody who never got it, but again to who comes next. */
  readonly #inVain = new Set<string>();
  #published = 0;

  /** How many messages are to be had. */
  get ready(): number {
    return this.fresh.length + this.returned.length;
  }

  /** How many of them are on their way to the consumer. */
  get due(): number {
    const { prefetch, tags } = this.consumer ?? { prefetch: 0, tags: new Set() };
    return Math.min(prefetch - tags.size, this.ready);
  }

  /** What may come next, in words: `m1 again or m2`. */
  get next(): string {
    const candidates = [...this.returned.map((body) => `${body} again`), ...this.fresh.slice(0, 1)];
    return candidates.join(' or ') || 'nothing';
  }

  /** @returns the body of the message */
  publish(isRouted: boolean): string {
    this.#published += 1;
    const body = `m${this.#published}`;
    if (isRouted) this.fresh.push(body);
    if (this.#mayBeSentInVain) this.#inVain.add(body);
    return body;
  }

  isNext({ body, redelivered }: Given): boolean {
    if (redelivered && this.#inVain.has(body) && this.fresh.includes(body)) return true;
    if (redelivered || this.#before.has(body)) return this.returned.includes(body);
    return this.fresh[0] === body;
  }

  /** Gives away what is next. */
  give({ deliveryTag, body, redelivered }: Given): void {
    const isOther = (each: string) => each !== body;
    if (redelivered && this.#inVain.has(body)) this.fresh = this.fresh.filter(isOther);
    if (redelivered || this.#before.has(body)) this.returned = this.returned.filter(isOther);
    else this.fresh.shift();
    this.held.set(deliveryTag, body);
  }

  /** @param multiple whether all are meant up to this one */
  tagsUpTo(deliveryTag: number, multiple: boolean): number[] {
    return [...this.held.keys()].filter((tag) => tag === deliveryTag || (multiple && tag < deliveryTag));
  }

  settle(tags: readonly number[], { requeue }: { requeue: boolean }): void {
    for (const tag of tags) {
      const body = this.held.get(tag);
      if (requeue && body !== undefined) this.returned.push(body);
      this.held.delete(tag);
      this.consumer?.tags.delete(tag);
    }
  }

  /** The channel closes, and with it the consumer goes. */
  leave(): void {
    this.#mayBeSentInVain = this.consumer !== undefined;
    this.settle([...this.held.keys()], { requeue: true });
    this.consumer = undefined;
  }

  /** The broker restarts: all that was held comes back. */
  restart(): void {
    this.leave();
    this.#mayBeSentInVain = false;
    for (const body of this.returned) this.#before.add(body);
  }

  /** @returns how many messages are gone */
  purge(): number {
    const { ready } = this;
    this.fresh = [];
    this.returned = [];
    return ready;
  }

  delete(): void {
    this.purge();
    this.declared = false;
    this.keys.clear();
    this.held.clear();
    this.consumer = undefined;
  }
}
