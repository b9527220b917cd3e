import { type ChannelModel, connect } from 'amqplib';
import { execa } from 'execa';
import { pEvent, TimeoutError } from 'p-event';

import { CouldNotRun } from '../../errors.ts';
import type { Address } from '../broker.ts';
import type { Credentials } from './settings.ts';

type Target = Credentials & { amqp: Address; virtualHost: string };

const commandMs = 120_000;
const downMs = 60_000;
const heartbeatSeconds = 2;

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
  const watch = await openWatch(target);
  let isDown = false;
  watch.once('close', () => (isDown = true));
  try {
    await runCommand(name, command);
    if (!isDown) await pEvent(watch, 'close', { rejectionEvents: [], timeout: downMs });
  } catch (error) {
    throw error instanceof TimeoutError
      ? new CouldNotRun(
          `${name} ended well, but the broker did not go down: ${downMs / 1000} s later a connection from before is still open.`,
        )
      : error;
  } finally {
    if (!isDown) await watch.close();
  }
}

async function openWatch(target: Target): Promise<ChannelModel> {
  const { amqp, username, password, virtualHost } = target;
  const connection = await connect(
    {
      hostname: amqp.host,
      port: amqp.port,
      username,
      password,
      vhost: virtualHost,
      // By this the end of a machine that had no time to say goodbye is noticed too.
      heartbeat: heartbeatSeconds,
    },
    { noDelay: true },
  );
  connection.on('error', () => {});
  return connection;
}

async function runCommand(name: string, command: string): Promise<void> {
  const { failed, timedOut, exitCode, signal, all } = await execa(command, {
    shell: true,
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: commandMs,
  });
  if (failed) {
    const how = timedOut ? `no end within ${commandMs / 1000} s` : (signal ?? `exit code ${exitCode}`);
    throw new CouldNotRun(`${name} failed (${how}):\n${all}`);
  }
}
