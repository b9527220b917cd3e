import { request } from 'undici';
import { z } from 'zod';

import { CouldNotRun } from '../../errors.ts';
import { askUntil } from '../../waiting/until.ts';
import { containerPorts } from './files.ts';
import { bootDeadlineMs } from './setup.ts';

/** What RabbitMQ's management API says among other things. */
const overview = z.object({ management_version: z.string(), cluster_name: z.string() });

/**
 * Why what listens at `url` is no management API for this user; `undefined` if it is one.
 *
 * @param ended how the container ended, while it does not run
 * @throws CouldNotRun when nothing answers HTTP there; the signal's reason when it was aborted
 */
export async function whyNoManagement(
  url: string,
  { username, password }: { username: string; password: string },
  signal: AbortSignal,
  ended: () => string | undefined,
): Promise<string | undefined> {
  const at = `port ${containerPorts.management}`;
  const answer = await askUntil(
    async (deadline) => await ask(url, username, password, AbortSignal.any([deadline, signal])),
    (seen) => typeof seen !== 'string' || ended() !== undefined || signal.aborted,
    { within: bootDeadlineMs, interval: 50 },
  );
  signal.throwIfAborted();
  if (typeof answer === 'string')
    throw new CouldNotRun(`Nothing answers on ${at}, which the image exposes: ${ended() ?? answer}.`);

  const { status, content } = answer;
  if (status === 401 || status === 403)
    return `what answers on ${at} refused the user ${username} (status ${status})`;

  return status === 200 && overview.safeParse(content).success
    ? undefined
    : `what answers on ${at} is no RabbitMQ management API (GET /api/overview: status ${status})`;
}

/** The answer to the first question to a management API, or why there is none. */
async function ask(
  url: string,
  username: string,
  password: string,
  signal: AbortSignal,
): Promise<{ status: number; content: unknown } | string> {
  try {
    const { statusCode, body } = await request(`${url}/api/overview`, {
      headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
      signal,
      reset: true,
    });
    const text = await body.text();
    return { status: statusCode, content: parsed(text) };
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
