import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check, type Wrongs } from './check.ts';
import type { Fault, History, Publication, Receipt } from './history.ts';

function published(body: string, more: Partial<Publication> = {}): Publication {
  return { body, publisher: 'p', channel: 1, at: 0, told: 'confirmed', toldAt: 1, ...more };
}

function received(body: string, more: Partial<Receipt> = {}): Receipt {
  return { body, consumer: 'c', channel: 2, at: 2, redelivered: false, ...more };
}

const kill: Fault = { what: 'kill', from: 5, to: 10, struck: 2 };

/** The bodies of what is wrong, by its kind; kinds of which there is nothing are left out. */
function wrongsOf(history: Partial<History>): Partial<Record<keyof Wrongs, string[]>> {
  const { wrongs } = check({ publications: [], receipts: [], faults: [], drained: true, ...history });
  return Object.fromEntries(
    Object.entries(wrongs)
      .filter(([, found]) => found.length > 0)
      .map(([kind, found]) => [kind, (found as readonly { body: string }[]).map(({ body }) => body)]),
  );
}

describe('a bad history', () => {
  test.each<[string, Partial<History>, ReturnType<typeof wrongsOf>]>([
    ['a confirmed message never comes', { publications: [published('1')] }, { lost: ['1'] }],
    [
      'it was confirmed after the kill',
      { publications: [published('1', { toldAt: 11 })], faults: [kill] },
      { lost: ['1'] },
    ],
    [
      'it was confirmed before the kill',
      { publications: [published('1', { toldAt: 4 })], faults: [kill] },
      { confirmedBeforeStored: ['1'] },
    ],
    [
      'it was confirmed before connections were reset',
      { publications: [published('1', { toldAt: 4 })], faults: [{ ...kill, what: 'reset' }] },
      { lost: ['1'] },
    ],
    [
      'nothing is said of it on a channel that goes on',
      { publications: [published('1', { told: 'unanswered' })] },
      { unanswered: ['1'] },
    ],
    ['what comes was never published', { receipts: [received('1')] }, { invented: ['1'] }],
    [
      'it comes twice, never flagged',
      { publications: [published('1')], receipts: [received('1'), received('1')] },
      { duplicatedUnflagged: ['1'] },
    ],
    [
      'it comes twice, to two consumers',
      { publications: [published('1')], receipts: [received('1'), received('1', { channel: 3 })] },
      { duplicatedUnflagged: ['1'] },
    ],
    [
      'a stream gives it twice on one channel',
      { publications: [published('1')], receipts: [received('1'), received('1')], kept: true },
      { duplicatedUnflagged: ['1'] },
    ],
    [
      'the later one comes first',
      { publications: [published('1'), published('2')], receipts: [received('2'), received('1')] },
      { reordered: ['1'] },
    ],
  ])('%s', (_, history, wrongs) => {
    expect(wrongsOf(history)).toEqual(wrongs);
  });
});

describe('a history that shows no wrong', () => {
  test.each<[string, Partial<History>]>([
    ['nothing happened', {}],
    ['what is unknown never comes', { publications: [published('1', { told: 'unknown' })] }],
    [
      'what is unknown comes',
      { publications: [published('1', { told: 'unknown' })], receipts: [received('1')] },
    ],
    [
      'what was nacked comes',
      { publications: [published('1', { told: 'nacked' })], receipts: [received('1')] },
    ],
    ['what was nacked never comes', { publications: [published('1', { told: 'nacked' })] }],
    ['what was returned never comes', { publications: [published('1', { told: 'returned' })] }],
    ['the queue may still have it', { publications: [published('1')], drained: false }],
    [
      'it comes again, flagged',
      { publications: [published('1')], receipts: [received('1'), received('1', { redelivered: true })] },
    ],
    [
      'the flagged copy is seen first',
      { publications: [published('1')], receipts: [received('1', { redelivered: true }), received('1')] },
    ],
    [
      'what comes again comes late',
      {
        publications: [published('1'), published('2')],
        receipts: [received('1'), received('2'), received('1', { redelivered: true })],
      },
    ],
    [
      'two channels of a publisher have no order',
      {
        publications: [published('1'), published('2', { channel: 4 })],
        receipts: [received('2'), received('1')],
      },
    ],
    [
      'each consumer sees its share in order',
      {
        publications: [published('1'), published('2'), published('3')],
        receipts: [received('2', { channel: 3 }), received('1'), received('3')],
      },
    ],
    [
      'a stream gives it once on each channel',
      {
        publications: [published('1')],
        receipts: [received('1'), received('1', { channel: 3 })],
        kept: true,
      },
    ],
  ])('%s', (_, history) => {
    expect(wrongsOf(history)).toEqual({});
  });

  test('what is undecided and unknown is counted as such', () => {
    const publications = [
      published('1'),
      published('2', { told: 'unknown' }),
      published('3', { told: 'unknown' }),
    ];
    const { counts } = check({ publications, receipts: [received('2')], faults: [], drained: false });

    expect(counts).toMatchObject({ undecided: 1, unknown: 2, unknownDelivered: 1, confirmed: 1 });
  });
});

/** What a right broker does, step by step: publishers and consumers lose their channels, and it may be killed. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: fc.constant('publish' as const), who: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('confirm' as const), who: fc.nat(1) }) },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constantFrom('nack' as const, 'return' as const), who: fc.nat(1) }),
  },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('deliver' as const), who: fc.nat(1) }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('acknowledge' as const), who: fc.nat(1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constantFrom('break publisher' as const, 'break consumer' as const),
      who: fc.nat(1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('kill' as const), who: fc.constant(0) }) },
);

interface Stored {
  body: string;
  again: boolean;
}

/** A right broker with one queue, two publishers and two consumers. */
class RightBroker {
  readonly history: History = { publications: [], receipts: [], faults: [], drained: true };
  readonly #channels = { publisher: [1, 2], consumer: [3, 4] };
  readonly #pending: Publication[][] = [[], []];
  readonly #held: Stored[][] = [[], []];
  #queue: Stored[] = [];
  #now = 0;
  #last = 4;

  play(steps: readonly { does: string; who: number }[]): History {
    for (const { does, who } of steps) {
      this.#now += 1;
      if (does === 'publish') this.#publish(who);
      else if (does === 'confirm' || does === 'nack' || does === 'return') this.#tell(who, does);
      else if (does === 'deliver') this.#deliver(who);
      else if (does === 'acknowledge') this.#held[who]?.shift();
      else if (does === 'break publisher') this.#breakPublisher(who);
      else if (does === 'break consumer') this.#breakConsumer(who);
      else this.#kill();
    }
    for (const who of [0, 1]) while ((this.#pending[who] ?? []).length > 0) this.#tell(who, 'confirm');
    for (const who of [0, 1]) this.#breakConsumer(who);
    while (this.#queue.length > 0) this.#deliver(0);
    return this.history;
  }

  #publish(who: number): void {
    const publication: Publication = {
      body: String(this.history.publications.length + 1),
      publisher: `publisher ${who}`,
      channel: this.#channels.publisher[who] ?? 0,
      at: this.#now,
      told: 'unknown',
    };
    this.history.publications.push(publication);
    this.#pending[who]?.push(publication);
    this.#queue.push({ body: publication.body, again: false });
  }

  #tell(who: number, how: 'confirm' | 'nack' | 'return'): void {
    const publication = this.#pending[who]?.shift();
    if (publication === undefined) return;
    publication.told = how === 'confirm' ? 'confirmed' : how === 'nack' ? 'nacked' : 'returned';
    publication.toldAt = this.#now;
    // A nack promises nothing: here it stays
    if (how === 'return') this.#queue = this.#queue.filter(({ body }) => body !== publication.body);
  }

  #deliver(who: number): void {
    const stored = this.#queue.shift();
    if (stored === undefined) return;
    this.#held[who]?.push(stored);
    this.history.receipts.push({
      body: stored.body,
      consumer: `consumer ${who}`,
      channel: this.#channels.consumer[who] ?? 0,
      at: this.#now,
      redelivered: stored.again,
    });
  }

  #breakPublisher(who: number): void {
    this.#pending[who] = [];
    this.#channels.publisher[who] = this.#last += 1;
  }

  #breakConsumer(who: number): void {
    const requeued = (this.#held[who] ?? []).map(({ body }) => ({ body, again: true }));
    this.#held[who] = [];
    this.#queue.unshift(...requeued);
    this.#channels.consumer[who] = this.#last += 1;
  }

  #kill(): void {
    this.history.faults.push({ what: 'kill', from: this.#now, to: this.#now, struck: 4 });
    for (const who of [0, 1]) {
      // What was not confirmed may be gone
      const gone = new Set((this.#pending[who] ?? []).map(({ body }) => body));
      this.#queue = this.#queue.filter(({ body }) => !gone.has(body));
      this.#breakPublisher(who);
      this.#breakConsumer(who);
    }
  }
}

const rightHistories = fc.array(step, { maxLength: 120 }).map((steps) => new RightBroker().play(steps));

describe('whatever happens to a right broker', () => {
  test('it is never accused', () => {
    const accused = (history: History) => {
      expect(wrongsOf(history)).toEqual({});
    };
    fc.assert(fc.property(rightHistories, accused), { numRuns: 1_000 });
  });
});

/** What makes a right history wrong in one way: nothing where the history has no place for it. */
const injections: Record<keyof Wrongs, (history: History, pick: number) => History | undefined> = {
  lost(history, pick) {
    const lastKill = Math.max(-1, ...history.faults.map(({ to }) => to));
    const chosen = oneOf(
      history.publications.filter(({ told, toldAt = 0 }) => told === 'confirmed' && toldAt > lastKill),
      pick,
    );
    return chosen && without(history, chosen);
  },
  confirmedBeforeStored(history, pick) {
    const lastKill = Math.max(-1, ...history.faults.map(({ to }) => to));
    const chosen = oneOf(
      history.publications.filter(({ told, toldAt = 0 }) => told === 'confirmed' && toldAt <= lastKill),
      pick,
    );
    return chosen && without(history, chosen);
  },
  unanswered(history, pick) {
    const chosen = oneOf(history.publications, pick);
    return (
      chosen && {
        ...history,
        publications: history.publications.map((each) =>
          each === chosen ? { ...each, told: 'unanswered' as const } : each,
        ),
      }
    );
  },
  invented(history, pick) {
    const receipts = [...history.receipts];
    receipts.splice(pick % (receipts.length + 1), 0, received('never published'));
    return { ...history, receipts };
  },
  duplicatedUnflagged(history, pick) {
    const chosen = oneOf(
      history.receipts.filter(({ redelivered }) => !redelivered),
      pick,
    );
    return chosen && { ...history, receipts: [...history.receipts, chosen] };
  },
  reordered(history, pick) {
    const chosen = oneOf(
      pairs(history).filter(([, later]) => later !== undefined),
      pick,
    );
    if (chosen === undefined) return undefined;
    const [earlier, later] = chosen;
    const swapped = history.receipts.map((each) =>
      each === earlier ? later : each === later ? earlier : each,
    );
    return { ...history, receipts: swapped };
  },
};

/** Deliveries for the first time, of one channel of a publisher to one of a consumer, that follow each other. */
function pairs({ publications, receipts }: History): (readonly [Receipt, Receipt])[] {
  const channels = new Map(publications.map(({ body, channel }) => [body, channel]));
  const first = receipts.filter(({ redelivered }) => !redelivered);
  return first.flatMap((earlier, place) => {
    const later = first
      .slice(place + 1)
      .find(
        ({ body, channel }) =>
          channel === earlier.channel && channels.get(body) === channels.get(earlier.body),
      );
    return later === undefined ? [] : [[earlier, later] as const];
  });
}

function oneOf<Each>(these: readonly Each[], pick: number): Each | undefined {
  return these[pick % these.length];
}

function without(history: History, { body }: Publication): History {
  return { ...history, receipts: history.receipts.filter((each) => each.body !== body) };
}

describe('what is wrong is found, whatever else happens', () => {
  test.each(Object.keys(injections) as (keyof Wrongs)[])('%s', (kind) => {
    let injected = 0;
    fc.assert(
      fc.property(rightHistories, fc.nat(), (history, pick) => {
        const wrong = injections[kind](history, pick);
        fc.pre(wrong !== undefined);
        injected += 1;
        expect(Object.keys(wrongsOf(wrong ?? history))).toContain(kind);
      }),
      { numRuns: 500 },
    );
    expect(injected).toBe(500);
  });

  test('and no other wrong is told beside it', () => {
    const alone = ['lost', 'confirmedBeforeStored', 'unanswered', 'invented', 'duplicatedUnflagged'] as const;
    fc.assert(
      fc.property(rightHistories, fc.nat(), fc.constantFrom(...alone), (history, pick, kind) => {
        const wrong = injections[kind](history, pick);
        fc.pre(wrong !== undefined);
        expect(Object.keys(wrongsOf(wrong ?? history))).toEqual([kind]);
      }),
      { numRuns: 1_000 },
    );
  });
});
