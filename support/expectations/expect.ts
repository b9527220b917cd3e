import { AsyncLocalStorage } from 'node:async_hooks';
import { type ExpectStatic, expect as expectOfVitest } from 'vitest';

const ofSpec = new AsyncLocalStorage<ExpectStatic>();

/** Runs a spec so that what it expects counts as its own, whatever else is in flight. */
export async function expecting<Result>(own: ExpectStatic, spec: () => Promise<Result>): Promise<Result> {
  return await ofSpec.run(own, spec);
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
  return ofSpec.getStore() ?? expectOfVitest;
}
