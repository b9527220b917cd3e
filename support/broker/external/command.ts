import { execa } from 'execa';

import { CouldNotRun } from '../../errors.ts';
import { Command, ConversationError, heartbeat, type RawConnection } from '../../wire/index.ts';
import type { Access, Address } from '../broker.ts';
import { closeConnection, openConnection } from '../handshake.ts';

type Target = Access & { amqp: Address };

const commandMs = 120_000;
const downMs = 60_000;
const answerMs = 10_000;
const heartbeatSeconds = 2;
/** After how long without a heartbeat the broker is taken for gone, in milliseconds. */
const silenceMs = 3 * heartbeatSeconds * 1_000;

/**
 * Runs a command of the user's that brings the broker down, and waits until it was down.
 *
 * The command can end long before the broker goes down (`kubectl rollout restart`), so its success says nothing;
 * the end of a connection that was open before does.
 *
 * @param name of the environment variable that holds the command, for errors
 * @throws CouldNotRun when the command fails, with what it printed, or when the broker does not go down
 */
export async function bringDown(target: Target, name: string, command: string): Promise<void> {
  // By heartbeats the end of a machine that had no time to say goodbye is noticed too.
  const { connection } = await openConnection(
    { ...target, tuneOk: { heartbeat: heartbeatSeconds } },
    { within: answerMs },
  );
  const down = ended(connection);
  let late: NodeJS.Timeout | undefined;
  try {
    await runCommand(name, command);
    const stays = new Promise<never>((_, reject) => {
      const stillUp = new CouldNotRun(
        `${name} ended well, but the broker did not go down: ${downMs / 1000} s later a connection from before is still open.`,
      );
      late = setTimeout(() => reject(stillUp), downMs);
    });
    await Promise.race([down, stays]);
  } finally {
    clearTimeout(late);
    await closeConnection(connection);
  }
}

/** Waits for the end of a connection on which heartbeats go both ways. */
async function ended(connection: RawConnection): Promise<void> {
  const beats = setInterval(() => void connection.sendFrame(heartbeat), (heartbeatSeconds * 1_000) / 2);
  try {
    for (;;) await beat(connection);
  } catch (error) {
    if (!(error instanceof ConversationError)) throw error;
  } finally {
    clearInterval(beats);
  }
}

/**
 * Waits for the next heartbeat, or for what a broker in need says of its own accord (`connection.blocked`).
 *
 * @throws ConversationError at the end
 */
async function beat(connection: RawConnection): Promise<void> {
  try {
    await connection.expect('heartbeat', { within: silenceMs });
  } catch (error) {
    if (!(error instanceof ConversationError)) throw error;
    const goesOn = error.came instanceof Command && !error.came.is('connection.close');
    if (!goesOn) throw error;
  }
}

/**
 * Runs a command of the user's.
 *
 * @param name of the environment variable that holds the command, for errors
 * @param variables for it, beside those of this process
 * @throws CouldNotRun when it fails, with what it printed, or does not end
 */
export async function runCommand(
  name: string,
  command: string,
  variables: Record<string, string> = {},
): Promise<void> {
  const running = execa(command, {
    env: variables,
    shell: true,
    all: true,
    reject: false,
    stdin: 'ignore',
    // In a group of its own, so that all of it can be ended, and no Ctrl-C leaves the user's broker half restarted
    detached: true,
  });
  let timedOut = false;
  const late = setTimeout(() => {
    timedOut = true;
    killGroup(running.pid);
  }, commandMs);
  const { failed, exitCode, signal, all } = await running;
  clearTimeout(late);
  if (failed) {
    const how = timedOut ? `no end within ${commandMs / 1000} s` : (signal ?? `exit code ${exitCode}`);
    throw new CouldNotRun(`${name} failed (${how}):\n${all}`);
  }
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended in this moment.
  }
}
