import type { Recorder } from '../evidence/recorder.ts';
import { answered, Unanswered } from '../waiting/until.ts';

/**
 * Who has lost a connection although the spec did not end it, and whose connection the broker does not answer on any more:
 * what a spec has seen then may be the network's doing. Asking may close connections.
 */
export async function lostOrSilent(
  recorder: Pick<Recorder, 'lost' | 'connections'>,
): Promise<readonly { actor: string; why: string }[]> {
  if (recorder.lost.length > 0) return recorder.lost;
  const silent = await Promise.all(
    recorder.connections.map(async ({ actor, questions }) => {
      const why = await silence(questions);
      return why === undefined ? undefined : { actor, why };
    }),
  );
  // That a connection is gone may be seen by no more than a question
  return recorder.lost.length > 0 ? recorder.lost : silent.filter((each) => each !== undefined);
}

/** That none of some questions is answered. */
async function silence(questions: readonly (() => Promise<unknown>)[]): Promise<string | undefined> {
  let why: string | undefined;
  for (const question of questions) {
    try {
      await answered('what was asked on it when the spec had failed', question());
      return undefined;
    } catch (error) {
      // A refusal is an answer
      if (!(error instanceof Unanswered)) return undefined;
      why = error.message;
    }
  }
  return why;
}
