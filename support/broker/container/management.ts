import { CouldNotRun, messageOf } from '../../errors.ts';
import {
  discoverManagement,
  type ManagementCapabilities,
  withoutManagement,
} from '../../management/discovery.ts';
import type { ManagementOptions } from '../../management/http.ts';
import { askUntil } from '../../waiting/until.ts';
import { containerPorts } from './files.ts';
import { bootDeadlineMs } from './setup.ts';

/**
 * What a user may do by the management API of a container that starts, if what listens there is one.
 *
 * @param virtualHost in which a user has to be at home who may not make one
 * @param ended how the container ended, while it does not run
 * @throws CouldNotRun when nothing answers HTTP there; the signal's reason when it was aborted
 */
export async function managementOfContainer(
  options: ManagementOptions,
  virtualHost: string,
  signal: AbortSignal,
  ended: () => string | undefined,
): Promise<ManagementCapabilities> {
  const at = `port ${containerPorts.management}`;
  const seen = await askUntil(
    async (deadline) =>
      await discoverManagement(
        { ...options, signal: AbortSignal.any([deadline, signal]) },
        virtualHost,
      ).catch(messageOf),
    (last) => typeof last !== 'string' || ended() !== undefined || signal.aborted,
    { within: bootDeadlineMs, interval: 50 },
  );
  signal.throwIfAborted();
  if (typeof seen === 'string')
    throw new CouldNotRun(`Nothing answers on ${at}, which the image exposes: ${ended() ?? seen}.`);

  return seen.isApi ? seen : withoutManagement(`what answers on ${at} ${seen.why}`);
}
