import { type BrokerDescription, capabilities } from '../broker/broker.ts';
import type { Extension } from '../broker/extensions.ts';
import { isWithin } from '../broker/version.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';

/** A broker, as claims speak of one. */
interface SpokenOf extends Pick<BrokerDescription, 'product' | 'version'> {
  /** The extensions of AMQP 0-9-1 that it has. */
  offers: readonly Extension[];
}

/** Whether the claim speaks of this broker; if not, the verdict and why. */
export function applicability(
  { appliesTo, extensions }: Pick<ClaimDescription, 'appliesTo' | 'extensions'>,
  { product, version, offers }: SpokenOf,
): { verdict: 'not applicable'; reason: string } | undefined {
  const notApplicable = (reason: string) => ({ verdict: 'not applicable', reason }) as const;
  if (appliesTo !== undefined) {
    const range = appliesTo[product] ?? appliesTo[anyOther];
    if (range === undefined)
      return notApplicable(`It speaks of ${Object.keys(appliesTo).join(', ')}, not of ${product}.`);

    if (!isWithin(range, version))
      return notApplicable(`It speaks of ${product} ${range}; this is ${version}.`);
  }
  const missing = extensions.filter((name) => !offers.includes(name));
  if (missing.length === 0) return undefined;
  return notApplicable(
    `It speaks of ${missing.join(' and ')}, beyond AMQP 0-9-1, which ${product} neither announces nor is declared to have.`,
  );
}

/** In `appliesTo`: all products that are not named. */
const anyOther = '*';

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
