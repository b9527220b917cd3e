import type { BrokerDescription } from '../broker.ts';
import { ask } from '../handshake.ts';

/** The names of the nodes of a cluster that let a client in. */
export async function whoAnswers({
  nodes = [],
  username,
  password,
  virtualHost,
}: BrokerDescription): Promise<string[]> {
  const answers = await Promise.all(
    nodes.map(({ name, amqp }) =>
      ask({ amqp, username, password, virtualHost }, { within: 2_000 }).then(
        () => [name],
        () => [],
      ),
    ),
  );
  return answers.flat();
}
