import { EventEmitter } from 'node:events';
import { BroadcastChannel } from 'node:worker_threads';
import { holdsEventually } from '../../waiting/until.ts';
import type { Made } from '../take-away.ts';

/** What the threads that run specs tell of them, each before it happens. */
type Entry =
  | { begins: string }
  | { makes: Made }
  | { tookAway: readonly Made[] }
  | { ended: string }
  | { mark: number };

/** How long specs may take to end that are told to, in milliseconds. */
const endingMs = 5_000;

/**
 * What the specs of a run make on a broker that goes on living, as the process knows it whose threads run them: so
 * that it can be taken away whatever becomes of the threads. They tell without waiting for an answer.
 */
export class Ledger extends EventEmitter<{ change: [] }> {
  readonly #entries: BroadcastChannel;
  readonly #marks: BroadcastChannel;
  readonly #endings: BroadcastChannel;
  readonly #running = new Set<string>();
  readonly #made = new Map<string, Made>();
  #marked = 0;
  #reached = 0;

  constructor(run: string) {
    super();
    this.#entries = channelOf(run, 'entries');
    this.#marks = channelOf(run, 'entries');
    this.#endings = channelOf(run, 'endings');
    listen(this.#entries, (entry) => this.#enter(entry as Entry));
  }

  /** What was made and not taken away, as far as it was told. */
  async left(): Promise<Made[]> {
    await this.#caughtUp();
    return [...this.#made.values()];
  }

  /** Has the specs end that still run, and close their connections; gives up on those that do not. */
  async endSpecs(): Promise<void> {
    await this.#caughtUp();
    this.#endings.postMessage('end');
    await holdsEventually(this, () => this.#running.size === 0, endingMs);
  }

  close(): void {
    for (const channel of [this.#entries, this.#marks, this.#endings]) channel.close();
  }

  /** Waits for what was told up to now: it arrives in the order in which it was posted, by whomever. */
  async #caughtUp(): Promise<void> {
    this.#marked += 1;
    const mark = this.#marked;
    this.#marks.postMessage({ mark } satisfies Entry);
    await holdsEventually(this, () => this.#reached >= mark, endingMs);
  }

  #enter(entry: Entry): void {
    if ('mark' in entry) this.#reached = entry.mark;
    else if ('begins' in entry) this.#running.add(entry.begins);
    else if ('ended' in entry) this.#running.delete(entry.ended);
    else if ('makes' in entry) this.#made.set(keyOf(entry.makes), entry.makes);
    else for (const made of entry.tookAway) this.#made.delete(keyOf(made));
    this.emit('change');
  }
}

/** The same from the side of a thread that runs specs. */
export class LedgerOfSpecs {
  readonly #entries: BroadcastChannel;
  readonly #endings: BroadcastChannel;
  readonly #running = new Map<string, () => Promise<void>>();
  #ended = false;

  constructor(run: string) {
    this.#entries = channelOf(run, 'entries');
    this.#endings = channelOf(run, 'endings');
    listen(this.#endings, () => {
      this.#ended = true;
      for (const end of this.#running.values()) void end().catch(() => undefined);
    });
  }

  /** Whether no spec is to make anything any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * A spec begins.
   *
   * @param end ends it before its time
   * @returns to be called when it has ended
   */
  begins(end: () => Promise<void>): () => void {
    const id = crypto.randomUUID();
    this.#running.set(id, end);
    this.#post({ begins: id });
    return () => {
      this.#running.delete(id);
      this.#post({ ended: id });
    };
  }

  makes(made: Made): void {
    this.#post({ makes: made });
  }

  tookAway(made: readonly Made[]): void {
    this.#post({ tookAway: made });
  }

  #post(entry: Entry): void {
    this.#entries.postMessage(entry);
  }
}

function channelOf(run: string, what: string): BroadcastChannel {
  const channel = new BroadcastChannel(`${run}: ${what}`);
  // It keeps no thread from ending
  channel.unref();
  return channel;
}

/** Its types leave out that it is an `EventTarget`. */
function listen(channel: BroadcastChannel, take: (message: unknown) => void): void {
  (channel as BroadcastChannel & EventTarget).addEventListener('message', (event) =>
    take((event as Event & { data: unknown }).data),
  );
}

function keyOf({ kind, name }: Made): string {
  return `${kind} ${name}`;
}
