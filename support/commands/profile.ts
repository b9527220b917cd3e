import { dirname, join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { terminal } from '../run/live-line.ts';
import { ownFolder } from '../run/own-folder.ts';
import picocolors from 'picocolors';
import type { Broker, BrokerDescription } from '../broker/broker.ts';
import { chooseBroker, choiceVariables } from '../broker/choose.ts';
import { ask, type Asked } from '../broker/handshake.ts';
import { type Profile, profileOf, readProfiles } from '../broker/profile.ts';
import { knownClaims } from '../claim/places.ts';
import { asTyped, root } from '../project.ts';
import { CouldNotRun, messageOf, UsageError, whyNotWritten } from '../errors.ts';
import { writeWhole } from '../whole-file.ts';
import { namedBrokers, sourcesOf } from '../matrix/source.ts';
import { BrokerWentAway } from '../profiling/client-connection.ts';
import { draftName, draftOf } from '../profiling/draft.ts';
import { askedFor, inquire, type Inquiry } from '../profiling/inquire.ts';
import { handshakeText, inquiryText } from '../profiling/text.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How long an interrupted command waits for its broker to go, in milliseconds; what is left then is the reaper's. */
const longestFarewellMs = 6_000;
/** Longest time between a signal and the moment at which this process is told of it, in milliseconds. */
const untoldMs = 200;

/**
 * Drafts a profile of a product of which nothing is known, from what a broker says of itself
 * and from short conversations about what no broker announces. The broker is an image, a name of
 * `fixtures/brokers.json`, or an address.
 *
 * Ends with 0 when the draft was written; with 3 when a signal came before, or the broker went away, and the draft
 * holds what was known till then.
 *
 * @throws UsageError when there is not one broker, when it does not start, or the draft can't be written
 */
export async function run(asked: readonly string[]): Promise<void> {
  const environment = environmentOf(asked);
  const folder = ownFolder('reports/profiles', (line) => terminal.line(line));
  const profiles = readProfiles(knownClaims(root));
  const stop = new AbortController();
  const stopped = (signal: NodeJS.Signals): void => {
    // Once more means at once: what is left then is the reaper's
    if (stop.signal.aborted) process.exit(3);
    terminal.line(`\n${signal}: stopping. No draft is written.`);
    stop.abort();
    setTimeout(() => process.exit(3), longestFarewellMs).unref();
  };
  for (const signal of signals) process.on(signal, stopped);
  let broker: Broker | undefined;
  try {
    broker = await started(environment, stop.signal);
    await profile(broker, profiles, folder, stop.signal);
  } catch (error) {
    // A Ctrl-C ends the compiler of what is just being loaded too, and that may be told before the signal is
    await after(untoldMs);
    if (!stop.signal.aborted) throw error;
    process.exitCode = 3;
  } finally {
    await broker?.stop();
    for (const signal of signals) process.off(signal, stopped);
  }
}

/** What the environment tells of the broker, whatever the shell's own tells. */
function environmentOf(asked: readonly string[]): NodeJS.ProcessEnv {
  const [source, ...more] = sourcesOf(asked, namedBrokers());
  if (source === undefined || more.length > 0) {
    throw new UsageError(
      `${asTyped('profile')} takes one broker, and was given ${asked.length}.`,
      `Give an image, a name of fixtures/brokers.json, or an address: ${asTyped('profile')} garagemq`,
    );
  }
  if ('results' in source.from) {
    throw new UsageError(
      `${source.text} is what a run has left, and can't be asked.`,
      'Give the broker itself: an image, a name of fixtures/brokers.json, or an address.',
    );
  }
  const others = Object.entries(process.env).filter(
    ([name]) => !choiceVariables.some((choice) => choice === name),
  );
  return { ...Object.fromEntries(others), ...source.from.environment };
}

async function started(environment: NodeJS.ProcessEnv, signal: AbortSignal): Promise<Broker> {
  try {
    return await chooseBroker({ environment, signal, say: (line) => terminal.line(line) });
  } catch (error) {
    if (signal.aborted || !(error instanceof CouldNotRun)) throw error;
    throw new UsageError(`The broker does not start: ${error.message}`, 'Look into its log.', {
      cause: error,
    });
  }
}

async function profile(
  broker: Broker,
  profiles: readonly Profile[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { description } = broker;
  const known = profileOf(description, profiles);
  const inquiries: Inquiry[] = [];
  let handshake: Asked | undefined;
  try {
    handshake = await handshakeOf(description, signal);
    terminal.line(`\n${handshakeText(description, handshake, picocolors)}`);
    terminal.line('\nWhat it does not say, it is asked over AMQP:\n');
    for (const extension of askedFor(handshake.announced)) {
      const inquiry = await inquire(extension, description, { signal, left: leftOn(description) });
      terminal.line(`${inquiryText(inquiry, picocolors)}\n`);
      inquiries.push(inquiry);
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof BrokerWentAway)) throw error;
    process.exitCode = 3;
    process.stderr.write(`${broker.died() ?? error.message}\n`);
    if (handshake === undefined) return;
    terminal.line(`What comes after ${inquiries.at(-1)?.extension ?? 'the handshake'} is not known.`);
  }
  const file = join(folder, draftName(description));
  write(file, draftOf(description, handshake, inquiries));
  terminal.line(`Draft: ${file}`);
  terminal.line(
    known === undefined
      ? 'Confirm what was seen, correct the draft where it errs, and copy it to fixtures/profiles.'
      : `${known.file} is the profile of this broker already, and was left as it is.`,
  );
}

async function handshakeOf(description: BrokerDescription, signal: AbortSignal): Promise<Asked> {
  try {
    return await ask(description, { within: 10_000, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new BrokerWentAway('The broker went away before it had introduced itself.', { cause: error });
  }
}

/** Tells what could not be taken away, if the broker goes on living with it. */
function leftOn({ provider }: BrokerDescription): (names: readonly string[]) => void {
  return (names) => {
    if (provider === 'external')
      terminal.line(`Could not be taken away from the broker: ${names.join(', ')}`);
  };
}

function write(file: string, draft: unknown): void {
  try {
    writeWhole(file, `${JSON.stringify(draft, undefined, 2)}\n`);
  } catch (error) {
    throw new UsageError(
      `The draft can't be written: ${whyNotWritten(error) ?? messageOf(error)}.`,
      `Let ${dirname(file)} be a folder that you can write.`,
      { cause: error },
    );
  }
}
