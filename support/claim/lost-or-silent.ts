import type { Recorder } from '../evidence/recorder.ts';
import { answered, Unanswered } from '../waiting/until.ts';

/**
 * Who has lost a connection although the spec did not end it, and whose connection the broker does not answer on any more:
 * what a spec has seen then may be the network's doing.
 */
export async function lostOrSilent(
  recorder: Pick<Recorder, 'lost' | 'connections'>,
): Promise<readonly { actor: string; why: string }[]> {
  const { lost, connections } = recorder;
  if (lost.length > 0) return lost;
  const silent = await Promise.all(
    connections.map(async ({ actor, ask }) => {
      try {
        await answered('what was asked on it when the spec had failed', ask());
      } catch (error) {
        if (error instanceof Unanswered) return { actor, why: error.message };
      }
      return undefined;
    }),
  );
  return silent.filter((each) => each !== undefined);
}
