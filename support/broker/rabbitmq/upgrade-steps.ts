import { UsageError } from '../../errors.ts';

/**
 * From which series of releases to which others an upgrade in place is documented.
 *
 * @see https://www.rabbitmq.com/docs/upgrade#rabbitmq-version-upgradability
 */
const steps: Readonly<Record<string, readonly string[]>> = {
  '3.8': ['3.9'],
  '3.9': ['3.10'],
  '3.10': ['3.11'],
  '3.11': ['3.12'],
  '3.12': ['3.13'],
  '3.13': ['4.0', '4.1', '4.2'],
  '4.0': ['4.1', '4.2'],
  '4.1': ['4.2'],
  '4.2': ['4.3'],
};

/**
 * The way by documented upgrades from one release to another: their series, the first and the last included.
 *
 * @returns one where both are of the same series; `undefined` where there is no way, as for older releases
 */
export function upgradePath(from: string, to: string): string[] | undefined {
  const [first, last] = [seriesOf(from), seriesOf(to)];
  const ways = [[first]];
  for (const way of ways) {
    const here = way.at(-1) ?? '';
    if (here === last) return way;
    for (const next of steps[here] ?? []) ways.push([...way, next]);
  }
  return undefined;
}

/** `3.10.8` is of 3.10. */
function seriesOf(version: string): string {
  return version.split('.', 2).join('.');
}

/**
 * @param from what is known of the releases; an upgrade of which nothing is known is let pass
 * @throws UsageError when the documentation does not allow the step, with the steps that it allows
 */
export function checkStep(from: string | undefined, to: string | undefined): void {
  if (from === undefined || to === undefined) return;
  const way = upgradePath(from, to);
  if (way !== undefined && way.length <= 2) return;
  const documented = 'https://www.rabbitmq.com/docs/upgrade#rabbitmq-version-upgradability';
  throw new UsageError(
    `RabbitMQ ${from} can't be upgraded to ${to} in place, says ${documented}.`,
    way === undefined
      ? 'Name a release to which there is a documented step, or try it all the same with --anyway.'
      : `Go step by step, ${way.join(' → ')}, or try it all the same with --anyway.`,
  );
}
