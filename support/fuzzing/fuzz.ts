import { inspect } from 'node:util';
import pLimit from 'p-limit';
import { answersOthers } from '../actors/answered.ts';
import type { Access, Address } from '../broker/broker.ts';
import { openChannel, openConnection } from '../broker/handshake.ts';
import { CouldNotRun } from '../errors.ts';
import { seedOfRun } from '../seed.ts';
import { deadlineMs } from '../waiting/until.ts';
import { Command, ConversationError, type RawConnection, roundTrip } from '../wire/index.ts';
import type { BrokenFrame } from './broken-frame.ts';
import { Bystanders, type Undisturbed } from './bystander.ts';
import { framesOfRun } from './frames-of-run.ts';

/** How many connections send broken frames at once. */
const atOnce = 8;
/** How long a broker may be silent that waits for the rest of a frame, say, in milliseconds. */
const patience = 250;

/** How long a connection may take to open, as a multiple of the deadline. */
const longest = 3;

/** What became of it. */
export interface Fuzzed extends Undisturbed {
  seed: number;
  /** How many broken frames were sent. */
  sent: number;
  /** How often the broker did what: `connection error 501`, `the TCP connection ended`, `it went on` … */
  answers: Record<string, number>;
  /** The broken frames that were on their way when it stopped to serve others, if it did. */
  broke: string[];
}

/**
 * Sends broken frames to a broker, on connections of their own, while others publish and consume: which frames, and how
 * they are broken, depends on the run's seed alone. What goes wrong has to go wrong a second time with the same frames:
 * otherwise it may have been the network's.
 *
 * @param queue a name that nobody else uses
 * @throws CouldNotRun when something went wrong once, and not again
 */
export async function fuzz(broker: Access & { amqp: Address }, queue: string): Promise<Fuzzed> {
  const [seed, count] = [seedOfRun(), framesOfRun()];
  const within = longest * deadlineMs();
  const connect = async (): Promise<RawConnection> => {
    const { connection } = await openConnection(broker, {
      within,
      onSilence: async (expected) => await answersOthers({ opening: broker }, expected),
    });
    await openChannel(connection, broker, within);
    return connection;
  };
  // Few specs need it, and what it stands on takes long to load
  const { brokenFrames } = await import('./broken-frame.ts');
  const frames = brokenFrames(seed, count, `${queue}-of-the-broken`);
  const first = { seed, ...(await attacked(connect, frames, queue)) };
  if (wentWell(first)) return first;
  const second = { seed, ...(await attacked(connect, frames, `${queue}-again`)) };
  if (!wentWell(second)) return second;
  const { broke, lost, disturbed } = first;
  throw new CouldNotRun(
    `Something went wrong beside broken frames of seed ${seed}, and not when the same were sent again: ${inspect({ broke, lost, disturbed })}`,
  );
}

function wentWell({ broke, lost, disturbed }: Pick<Fuzzed, 'broke' | 'lost' | 'disturbed'>): boolean {
  return [broke, lost, disturbed].every((each) => each.length === 0);
}

async function attacked(
  connect: () => Promise<RawConnection>,
  frames: readonly BrokenFrame[],
  queue: string,
): Promise<Omit<Fuzzed, 'seed'>> {
  const answers: Record<string, number> = {};
  const broke: string[] = [];
  let sent = 0;
  const bystanders = await Bystanders.start(connect, queue);
  const send = async (frame: BrokenFrame): Promise<void> => {
    if (broke.length > 0) return;
    try {
      const answer = await answerTo(await connect(), frame);
      answers[answer] = (answers[answer] ?? 0) + 1;
      sent += 1;
    } catch (error) {
      // Slow is not broken
      if (error instanceof CouldNotRun) throw error;
      broke.push(`${frame.says} (${String(error)})`);
    }
    if (bystanders.disturbed.length > 0) broke.push(frame.says);
  };
  const limit = pLimit(atOnce);
  await Promise.all(frames.map((frame) => limit(() => send(frame))));
  const undisturbed = await bystanders.stop();
  await stillServes(connect).catch((error: unknown) => {
    if (error instanceof CouldNotRun) throw error;
    broke.push(`the last ones (${String(error)})`);
  });
  return { sent, answers, broke, ...undisturbed };
}

/** What the broker does about a frame, in words. */
async function answerTo(connection: RawConnection, { octets }: BrokenFrame): Promise<string> {
  try {
    await connection.sendOctets(octets);
    await connection.send('basic.qos');
    for (;;) {
      const said = await connection.next(patience);
      if (said === 'FIN' || said === 'RST') return 'the TCP connection ended';
      if (said === undefined) return 'nothing more was said';
      if (!(said instanceof Command)) continue;
      if (said.is('connection.close')) return `connection error ${said.arguments.replyCode}`;
      if (said.is('channel.close')) return `channel error ${said.arguments.replyCode}`;
      if (said.is('basic.qos-ok')) return 'it went on';
    }
  } catch (error) {
    if (!(error instanceof ConversationError)) throw error;
    return `what is no AMQP: ${error.actual}`;
  } finally {
    connection.destroy();
  }
}

async function stillServes(connect: () => Promise<RawConnection>): Promise<void> {
  const connection = await connect();
  await roundTrip(connection);
  connection.destroy();
}
