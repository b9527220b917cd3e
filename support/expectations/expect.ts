import { AsyncLocalStorage } from 'node:async_hooks';
import { type ExpectStatic, expect as expectOfVitest } from 'vitest';

/** Who expects something, and of which product. */
interface Expecting {
  expect: ExpectStatic;
  product: string;
}

const ofSpec = new AsyncLocalStorage<Expecting>();

/** Runs a spec so that what it expects counts as its own, whatever else is in flight. */
export async function expecting<Result>(own: Expecting, spec: () => Promise<Result>): Promise<Result> {
  return await ofSpec.run(own, spec);
}

/**
 * Whether the reply texts that claims name are to be met to the letter: by RabbitMQ, whose documentation promises
 * them. To AMQP 0-9-1 a reply text is localised and for people to read; what counts is the code.
 */
export function textsCount(): boolean {
  return (ofSpec.getStore()?.product ?? 'rabbitmq') === 'rabbitmq';
}

/** Matches a reply text that contains this; of a broker other than RabbitMQ, any text. */
export function replyText(documented: string): unknown {
  return textsCount() ? expect.stringContaining(documented) : expect.any(String);
}

/**
 * vitest's `expect`, of the spec that calls it: with many specs in flight at once, the one that vitest
 * exports does not know to whom a soft assertion or a poll belongs.
 */
export const expect: ExpectStatic = new Proxy(expectOfVitest, {
  apply: (_, self, args: Parameters<ExpectStatic>) => Reflect.apply(current(), self, args),
  get: (_, key) => Reflect.get(current(), key) as unknown,
});

function current(): ExpectStatic {
  return ofSpec.getStore()?.expect ?? expectOfVitest;
}
