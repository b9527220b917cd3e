import type { History, Publication, Receipt, Told } from './history.ts';

/** What no broker may do that keeps all promises. Each message is in one of the lists at most once. */
export interface Wrongs {
  /** Confirmed, and never delivered, though no kill can have taken it. */
  lost: Publication[];
  /** Confirmed before the broker was killed, and never delivered: it was confirmed before it was stored. */
  confirmedBeforeStored: Publication[];
  /** Neither confirmed, nor nacked, nor returned, on a channel that went on. */
  unanswered: Publication[];
  /** Delivered, and never published. */
  invented: Receipt[];
  /** Delivered once more without the flag that tells so. */
  duplicatedUnflagged: Receipt[];
  /** Delivered for the first time after a message that the same channel had published later. */
  reordered: Receipt[];
}

/** How many of each there were. */
export type Counts = Record<'published' | Told | 'delivered' | 'redelivered', number> & {
  /** Deliveries of messages that were delivered before. */
  again: number;
  /** Of those of which nobody knows: how many were delivered. */
  unknownDelivered: number;
  /** Confirmed and not delivered, while it is not known whether the queue is empty: neither good nor bad. */
  undecided: number;
};

export interface Judgement {
  wrongs: Wrongs;
  counts: Counts;
}

/**
 * Judges a history. What is not known is never counted as good or bad: a message whose channel ended before it was
 * confirmed may come or not; one that was nacked or returned may come too.
 */
export function check(history: History): Judgement {
  const { publications, receipts, drained } = history;
  const delivered = new Set(receipts.map(({ body }) => body));
  const withTold = (told: Told) => publications.filter((each) => each.told === told);
  const missing = withTold('confirmed').filter(({ body }) => !delivered.has(body));
  const judged = drained ? missing : [];
  return {
    wrongs: {
      lost: judged.filter((each) => !wasBeforeKill(each, history)),
      confirmedBeforeStored: judged.filter((each) => wasBeforeKill(each, history)),
      unanswered: withTold('unanswered'),
      ...wrongDeliveries(history),
    },
    counts: {
      published: publications.length,
      confirmed: withTold('confirmed').length,
      nacked: withTold('nacked').length,
      returned: withTold('returned').length,
      unknown: withTold('unknown').length,
      unanswered: withTold('unanswered').length,
      delivered: delivered.size,
      again: receipts.length - delivered.size,
      redelivered: receipts.filter(({ redelivered }) => redelivered).length,
      unknownDelivered: withTold('unknown').filter(({ body }) => delivered.has(body)).length,
      undecided: drained ? 0 : missing.length,
    },
  };
}

/** Confirmed before a kill, or while it was under way. */
function wasBeforeKill({ toldAt = Infinity }: Publication, { faults }: History): boolean {
  return faults.some(({ what, to }) => what === 'kill' && toldAt <= to);
}

function wrongDeliveries({ publications, receipts, kept = false }: History) {
  const published = new Map(publications.map((each, place) => [each.body, { ...each, place }]));
  const invented = new Map<string, Receipt>();
  const again = new Map<string, Receipt>();
  const reordered = new Map<string, Receipt>();
  const first = new Set<string>();
  /** The latest message that came for the first time, by the channels of publisher and consumer. */
  const latest = new Map<string, number>();
  for (const receipt of receipts) {
    const publication = published.get(receipt.body);
    if (publication === undefined) {
      invented.set(receipt.body, receipt);
      continue;
    }
    // What is delivered again may come in any place
    if (receipt.redelivered) continue;
    const once = kept ? `${receipt.channel} ${receipt.body}` : receipt.body;
    if (first.has(once)) {
      again.set(receipt.body, receipt);
      continue;
    }
    first.add(once);
    const way = `${publication.channel} ${receipt.channel}`;
    if (publication.place < (latest.get(way) ?? -1)) reordered.set(receipt.body, receipt);
    else latest.set(way, publication.place);
  }
  return {
    invented: [...invented.values()],
    duplicatedUnflagged: [...again.values()],
    reordered: [...reordered.values()],
  };
}
