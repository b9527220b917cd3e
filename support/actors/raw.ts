import { openChannel, openConnection, type Opening } from '../broker/handshake.ts';
import type { Seen, Witness } from '../evidence/recorder.ts';
import { deadlineMs } from '../waiting/until.ts';
import { frameInWords } from '../wire/describe.ts';
import { Command, type Frame, type RawConnection } from '../wire/index.ts';
import { answeredBy, answersOthers } from './answered.ts';
import { labelOf } from './messages.ts';

/** More than `answeredBy` waits for an answer and then for those of another connection, as a multiple of the deadline. */
const longest = 4;

/**
 * Opens a raw connection of which the timeline tells everything, with channel 1 open. What it expects in vain counts
 * against the broker only if that answers others.
 *
 * @param opening with `until`, the handshake ends there and no channel is opened
 * @throws RefusedByBroker, ConnectionLost, Unanswered, CouldNotRun when that fails; none of it is an assertion
 */
export async function openRaw(opening: Opening, number: number, witness: Witness): Promise<RawConnection> {
  const within = longest * deadlineMs();
  // Another connection is an ordinary one
  const { amqp, username, password, virtualHost } = opening;
  const broker = { amqp, username, password, virtualHost };
  const giveUp = new AbortController();
  let connected: RawConnection | undefined;
  const unlessChanged = async (question: () => Promise<void> | undefined): Promise<void> => {
    if (!witness.recorder.brokerIsChanged) await question();
  };
  const askForChannel = async () => await unlessChanged(() => connected?.askForChannel());
  try {
    const opened = openConnection(opening, {
      within,
      signal: giveUp.signal,
      watch: (direction, said) => witness.saw({ direction, connection: number, ...seen(said) }),
      onSilence: async (expected) => await answersOthers({ opening: broker, askForChannel }, expected),
    });
    const { connection } = await answeredBy({ opening: broker }, 'the handshake of a connection', opened);
    connected = connection;
    if (opening.until === undefined) await withChannel(connection, broker, within);
    witness.recorder.connected(witness.name, {
      lost: () => connection.lost,
      questions: [askForChannel, async () => await unlessChanged(() => connection.askToClose())],
    });
    return connection;
  } catch (error) {
    giveUp.abort();
    throw error;
  }
}

async function withChannel(connection: RawConnection, broker: Opening, within: number): Promise<void> {
  try {
    await answeredBy({ opening: broker }, 'channel.open', openChannel(connection, broker, within));
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

function seen(said: Command | Frame | Buffer | string): Omit<Seen, 'direction'> {
  if (typeof said === 'string') return { what: `TCP ${said}` };
  if (Buffer.isBuffer(said)) return { what: 'octets', label: labelOf(said) };
  const { channel } = said;
  if (!(said instanceof Command))
    return { what: `${frameInWords(said)} frame`, channel, label: labelOf(said.payload) };
  const values = Object.entries(said.arguments).filter(isShort);
  const fields = Object.fromEntries(values.map(([name, value]) => [name, shown(value)]));
  const label = said.frames.length > 1 ? labelOf(said.body) : labelOfReply(fields);
  const via = whereTo(fields);
  return {
    what: said.name,
    channel,
    fields,
    ...(label === undefined ? {} : { label }),
    ...(via === undefined ? {} : { via }),
  };
}

/** Tables and secrets have no room in a line of the timeline. */
function isShort([name, value]: [string, unknown]): boolean {
  return name !== 'response' && name !== 'newSecret' && !(Array.isArray(value) || Buffer.isBuffer(value));
}

function shown(value: unknown): string | number | boolean {
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}

function labelOfReply({ replyCode, replyText }: NonNullable<Seen['fields']>): string | undefined {
  return replyCode === undefined ? undefined : `${replyCode} ${replyText}`;
}

function whereTo({ queue, exchange, routingKey }: NonNullable<Seen['fields']>): Seen['via'] {
  if (typeof queue === 'string' && queue !== '') return { kind: 'queue', name: queue };
  if (typeof exchange !== 'string') return undefined;
  return exchange === '' ? { kind: 'queue', name: String(routingKey) } : { kind: 'exchange', name: exchange };
}
