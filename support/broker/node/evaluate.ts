import { readFile, stat } from 'node:fs/promises';
import { CouldNotRun } from '../../errors.ts';
import { askUntil } from '../../waiting/until.ts';
import type { ProcessGroup } from '../processes/process-group.ts';
import { answerIn, checkAnswer, question } from '../rabbitmq/told-by-lines.ts';

let asked = 0;

/**
 * The value of Erlang expressions, as the node itself evaluates them: it takes milliseconds, where `rabbitmqctl eval` takes
 * a second to start.
 *
 * @param logFile where it prints
 * @param expressions with or without a full stop
 * @param within milliseconds; a node that starts answers when it has started
 * @throws CouldNotRun when it does not answer in time, or fails
 */
export async function evaluatedBy(
  node: ProcessGroup,
  logFile: string,
  expressions: string,
  within: number,
): Promise<string> {
  asked += 1;
  const id = `${process.pid}-${asked}`;
  const { size } = await stat(logFile);
  node.tell(question(id, expressions));
  const answer = await askUntil(
    async () => answerIn((await readFile(logFile)).toString('utf8', size), id),
    (value) => value !== undefined || node.end !== undefined,
    { within, interval: 5 },
  );
  if (answer === undefined)
    throw new CouldNotRun(`The node did not answer ${expressions} within ${within} ms.`);
  checkAnswer(answer, expressions);
  return answer;
}
