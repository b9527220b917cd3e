import { type BrokerDescription, capabilities } from '../broker/broker.ts';
import { isWithin } from '../broker/version.ts';
import type { ClaimDescription } from './result.ts';

/** Whether the claim speaks of this broker; if not, the verdict and why. */
export function applicability(
  { appliesTo }: Pick<ClaimDescription, 'appliesTo'>,
  { product, version }: Pick<BrokerDescription, 'product' | 'version'>,
): { verdict: 'not applicable'; reason: string } | undefined {
  if (appliesTo === undefined) return undefined;
  const range = appliesTo[product];
  if (range === undefined) {
    return {
      verdict: 'not applicable',
      reason: `It speaks of ${Object.keys(appliesTo).join(', ')}, not of ${product}.`,
    };
  }
  if (isWithin(range, version)) return undefined;
  return { verdict: 'not applicable', reason: `It speaks of ${product} ${range}; this is ${version}.` };
}

/** Whether the broker has what the spec needs; if not, the verdict and why. */
export function testability(
  { needs }: Pick<ClaimDescription, 'needs'>,
  broker: Pick<BrokerDescription, 'capabilities' | 'missing'>,
): { verdict: 'not testable'; reason: string } | undefined {
  const missing = needs.filter((capability) => !broker.capabilities.includes(capability));
  if (missing.length === 0) return undefined;
  const reasons = missing.map((capability) => {
    const why = broker.missing[capability];
    return `${capability} (${capabilities[capability]}${why === undefined ? '' : `: ${why}`})`;
  });
  return { verdict: 'not testable', reason: `Missing: ${reasons.join('; ')}` };
}
