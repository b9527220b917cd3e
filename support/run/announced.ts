import { z } from 'zod';

const schema = z.object({ claims: z.object({ ended: z.number(), of: z.number() }) });

/** How far a run is: claims. */
export type Announced = z.infer<typeof schema>['claims'];

/** Tells it to the command that started this process, if it wants to know. */
export function announce(claims: Announced): void {
  // It need not listen any more
  if (process.connected) process.send?.({ claims }, () => {});
}

/** What a run has told; `undefined` for another message. */
export function announcedIn(message: unknown): Announced | undefined {
  return schema.safeParse(message).data?.claims;
}
