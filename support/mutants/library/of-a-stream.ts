import type { BasicProperties } from '../../wire/index.ts';

/** Whether a message that is delivered comes from a stream, by the header that tells its place there. */
export function isOfAStream({ headers = [] }: BasicProperties): boolean {
  return headers.some(([name]) => name === 'x-stream-offset');
}
