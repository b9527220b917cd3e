import { extensionOfQueueType, type QueueType } from '../broker/queue-type.ts';
import { typesToRun } from './queue-types.ts';
import { type BrokerDescription, capabilities, type Capability } from '../broker/broker.ts';
import type { KnownExtensions } from '../broker/profile.ts';
import { isWithin } from '../broker/version.ts';
import { asTyped } from '../project.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';

/** What is known of a broker beforehand. */
interface Foreknown {
  /** The file of its profile; absent: it has none. */
  profile?: string;
  extensions: KnownExtensions;
}

/**
 * Whether the claim applies to this broker; if not, the verdict and why.
 *
 * @param queueType with which its spec is to run; absent: with none, or with the broker's only one
 */
export function applicability(
  claim: Pick<ClaimDescription, 'appliesTo' | 'extensions'> & Partial<Pick<ClaimDescription, 'queueTypes'>>,
  broker: Pick<BrokerDescription, 'product' | 'version'>,
  foreknown: Foreknown,
  queueType?: QueueType,
): { verdict: 'not applicable'; reason: string } | undefined {
  const unfit = applicabilityOf(claim, broker, foreknown);
  if (unfit !== undefined || queueType === undefined) return unfit;
  const extensions = [extensionOfQueueType[queueType]];
  const { appliesTo, because = '' } = claim.queueTypes?.find((each) => each.queueType === queueType) ?? {};
  const unfitType = applicabilityOf(
    { extensions, ...(appliesTo === undefined ? {} : { appliesTo }) },
    broker,
    foreknown,
  );
  if (unfitType === undefined) return undefined;
  return {
    verdict: 'not applicable',
    reason: `With ${queueType} queues: ${unfitType.reason} ${because}`.trim(),
  };
}

/**
 * With which type of queues the spec runs on a broker.
 *
 * @param asked one of those of the claim
 * @returns `superfluous`: the broker has no types, so that the spec runs with another one of the claim, as the only one
 */
export function queueTypeOn(
  asked: QueueType | undefined,
  { queueTypes }: Pick<ClaimDescription, 'queueTypes'>,
  { extensions: { offers } }: Pick<Foreknown, 'extensions'>,
): QueueType | undefined | 'superfluous' {
  if (asked === undefined || offers.includes('queue_types')) return asked;
  const [only] = typesToRun(queueTypes);
  if (asked !== only) return 'superfluous';
  return asked === 'classic' ? undefined : asked;
}

function applicabilityOf(
  { appliesTo, extensions }: Pick<ClaimDescription, 'appliesTo' | 'extensions'>,
  { product, version }: Pick<BrokerDescription, 'product' | 'version'>,
  { profile, extensions: { offers, lacks } }: Foreknown,
): { verdict: 'not applicable'; reason: string } | undefined {
  const notApplicable = (reason: string) => ({ verdict: 'not applicable', reason }) as const;
  if (appliesTo !== undefined) {
    const range = appliesTo[product] ?? appliesTo[anyOther];
    if (range === undefined)
      return notApplicable(`It applies to ${Object.keys(appliesTo).join(', ')}, not to ${product}.`);

    if (!isWithin(range, version))
      return notApplicable(`It applies to ${product} ${range}; this is ${version}.`);
  }
  const missing = extensions.filter((name) => !offers.includes(name));
  if (missing.length === 0) return undefined;
  const sources = new Set(missing.flatMap((name) => lacks[name] ?? []));
  if (sources.size > 0) {
    const lacking = [...sources].map((source) => {
      const names = missing.filter((name) => lacks[name] === source);
      return `${product} does not have ${names.join(' and ')}, says ${source}.`;
    });
    return notApplicable(lacking.join(' '));
  }

  const them = missing.length === 1 ? 'it' : 'them';
  return notApplicable(
    `It applies to brokers with ${missing.join(' and ')}, beyond AMQP 0-9-1; whether ${product} has ${them} is not known: ` +
      `it does not announce ${them}, and ${profile === undefined ? 'no profile says so' : `${profile} does not say`}. ${asTyped('profile')} finds out.`,
  );
}

/** In `appliesTo`: all products that are not named. */
export const anyOther = '*';

/** Whether the broker has what the spec needs; if not, the verdict and why. */
export function testability(
  { needs }: Pick<ClaimDescription, 'needs'>,
  broker: Pick<BrokerDescription, 'capabilities' | 'missing'>,
): { verdict: 'not testable'; reason: string } | undefined {
  const missing = needs.filter((capability) => !broker.capabilities.includes(capability));
  if (missing.length === 0) return undefined;
  const reasons = missing.map((capability) => {
    const why = broker.missing[capability];
    return `${capability} (${capabilities[capability]}${why === undefined ? '' : `: ${why}`}${rightFor(capability)})`;
  });
  return { verdict: 'not testable', reason: `Missing: ${reasons.join('; ')}` };
}

/** The right that a user lacks, by the name that RabbitMQ gives it. */
function rightFor(capability: Capability): string {
  const tag = { management: 'management', administration: 'administrator', policies: 'policymaker' };
  return capability in tag ? `; it needs the tag ${tag[capability as keyof typeof tag]}` : '';
}
