import type { EvidenceEvent } from './evidence.ts';

/**
 * What a settlement or a delivery says besides its message, where it makes a difference: `multiple`, `requeue`,
 * `redelivered`.
 */
export function flagsOf({ what, direction, fields = {} }: EvidenceEvent): string[] {
  const { multiple, requeue, redelivered } = fields;
  return [
    ...(multiple === true ? ['multiple'] : []),
    // Confirms say nothing of it
    ...(direction === 'out' && /^basic\.(?:nack|reject)$/.test(what) && requeue !== undefined
      ? [requeue === true ? 'requeue' : 'no requeue']
      : []),
    ...(redelivered === true ? ['redelivered'] : []),
  ];
}
