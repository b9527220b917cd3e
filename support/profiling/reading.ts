import type { MethodName } from '../wire/index.ts';

/** What a conversation has shown of an extension, for a person to confirm. */
export interface Reading {
  /** Whether the broker has it; absent: that is not known. */
  has?: boolean;
  /** What was seen, in a sentence without a full stop. */
  seen: string;
}

/** What happened in a conversation, in order, as the words of its table. */
export type Transcript = readonly string[];

export function yes(seen: string): Reading {
  return { has: true, seen };
}

export function no(seen: string): Reading {
  return { has: false, seen };
}

export function unknown(seen: string): Reading {
  return { seen };
}

/** A broker's refusal: what it closed the channel or the connection with. */
export interface RefusalSeen {
  /** What it was asked to do. */
  method: MethodName;
  replyCode: number;
  replyText: string;
}

/**
 * The codes by which brokers say that they do not know something, can't read it or do not take it. What others tell (no
 * permission, no resources, a fault inside) says nothing about what the broker can do.
 */
const doesNotKnow: ReadonlySet<number> = new Set([404, 406, 501, 502, 503, 530, 540]);

/** What a refusal of the very thing that a conversation is about says. */
export function readRefusal({ method, replyCode, replyText }: RefusalSeen): Reading {
  const seen = `${method} was refused: ${replyCode} ${replyText}`;
  return doesNotKnow.has(replyCode) ? no(seen) : unknown(seen);
}
