import { coerce, satisfies } from 'semver';

/** Whether a broker's version, however it is written, lies in a semver range; in none, if there is no range. */
export function isWithin(range: string | undefined, version: string): boolean {
  return range !== undefined && satisfies(coerce(version)?.version ?? '0.0.0', range);
}
