import { randomInt } from 'node:crypto';

/** Seconds since the epoch and a number, both to base 36: as short as names of queues that are told in errors should be. */
const form = /^brokerproof-(?<seconds>[\da-z]{6,7})-[\da-z]{4}(?:\.|$)/;

/** Begins the names of what is made on a broker, so that they tell who made it, and when: `brokerproof-tm9u4o-x3f8`. */
export function newRunName(now: number = Date.now()): string {
  const seconds = Math.floor(now / 1_000).toString(36);
  return `brokerproof-${seconds}-${randomInt(36 ** 4)
    .toString(36)
    .padStart(4, '0')}`;
}

/** When that was, in milliseconds since the epoch; `undefined` for what no run of this project made. */
export function madeAt(name: string): number | undefined {
  const seconds = form.exec(name)?.groups?.['seconds'];
  return seconds === undefined ? undefined : Number.parseInt(seconds, 36) * 1_000;
}
