import { byClaim } from './claim-outcomes.ts';
import type { ClaimResult } from './claim-result.ts';
import { proveCommand } from './rerun.ts';
import type { RunFacts } from './results.ts';

/** Most claims that the command names one by one. */
const mostNamed = 3;

/**
 * How many of the claims that hold are proven, since when, on which version, and the command that proves the rest; nothing
 * where none holds.
 */
export function proofText(results: readonly ClaimResult[], broker: RunFacts['broker']): string[] {
  const good = byClaim(results).filter(
    ({ claim, verdict }) => verdict === 'proven' || (verdict === 'holds' && claim.irrefutable === undefined),
  );
  if (good.length === 0 || broker === undefined) return [];
  const rest = good.filter(({ verdict }) => verdict === 'holds').map(({ claim }) => claim.id);
  const days = good
    .filter(({ verdict }) => verdict === 'proven')
    .flatMap(({ outcomes }) => outcomes.map(({ provenAt }) => provenAt?.slice(0, 10)))
    .filter((day) => day !== undefined)
    .sort();
  const [first] = days;
  const last = days.at(-1);
  const when = first === undefined ? '' : first === last ? ` on ${first}` : ` from ${first} to ${last}`;
  const told = `${good.length - rest.length} of ${good.length} claims that hold are proven, with ${broker.product} ${broker.version}${when}`;
  if (rest.length === 0) return [`${told}.`];
  return [`${told}; the rest: ${proveCommand(rest.length > mostNamed ? [] : rest, broker)}`];
}
