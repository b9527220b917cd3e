import { randomBytes } from 'node:crypto';

import { request } from 'undici';
import { z } from 'zod';

import { UsageError } from '../../errors.ts';
import { askUntil } from '../../waiting/until.ts';
import type { Address } from '../broker.ts';
import type { Credentials } from './settings.ts';
import { ask as askByAmqp, BrokenOff, TurnedAway } from '../handshake.ts';
import { amqpFailure } from './amqp.ts';

type Management = Credentials & { url: string };

const answerMs = 5_000;
/** How long a new virtual host may take to be known everywhere in a cluster, in milliseconds. */
const spreadMs = 5_000;
const overview = z.object({
  node: z.string(),
  exchange_types: z.array(z.object({ name: z.string() })).default([]),
});
const refusal = z.object({ reason: z.string() });

/**
 * Checks that the management API of `MANAGEMENT_URL` belongs to the broker at `amqp`, and that its user may do
 * what specs need: a virtual host that is made there can be opened here.
 *
 * @returns the types of exchanges that the broker knows, or why the user may not make virtual hosts
 * @throws UsageError when it can't be reached, is something else, refuses the user, or is another broker's
 */
export async function checkManagement(
  management: Management,
  amqp: Address,
): Promise<{ exchangeTypes: string[] } | { refused: string }> {
  const exchangeTypes = await checkOverview(management);
  const virtualHost = `brokerproof-${randomBytes(6).toString('hex')}`;
  const path = `/api/vhosts/${virtualHost}`;
  const { status, text } = await ask(management, 'PUT', path);
  if (status >= 400) {
    return {
      refused: `the user ${management.username} may not make virtual hosts (status ${status}: ${reasonIn(text)})`,
    };
  }
  try {
    await checkSameBroker(management, amqp, virtualHost);
  } finally {
    await ask(management, 'DELETE', path);
  }
  return { exchangeTypes };
}

async function checkOverview(management: Management): Promise<string[]> {
  const { status, text } = await ask(management, 'GET', '/api/overview');
  if (status === 401 || status === 403) {
    throw new UsageError(
      `The management API at ${management.url} refused the user ${management.username}: ${reasonIn(text)}.`,
      'Put the user and the password of an administrator into MANAGEMENT_URL.',
    );
  }
  const { data } = overview.safeParse(json(text));
  if (status !== 200 || data === undefined) {
    throw new UsageError(
      `What answers at ${management.url} (status ${status}) is not the management API.`,
      'Set MANAGEMENT_URL to what comes before /api, as in http://user:password@host:15672, or unset it.',
    );
  }
  return data.exchange_types.map(({ name }) => name);
}

async function checkSameBroker(
  { url, username, password }: Management,
  amqp: Address,
  virtualHost: string,
): Promise<void> {
  const target = { amqp, username, password, virtualHost };
  const failure = await askUntil(
    async () =>
      await askByAmqp(target, { within: answerMs }).then(
        () => undefined,
        (error: unknown) => error,
      ),
    // Another refusal than that of the virtual host does not go away.
    (last) => !(last instanceof TurnedAway && last.step === 'virtual host'),
    { within: spreadMs, interval: 100 },
  );
  if (failure === undefined) return;

  if (!(failure instanceof TurnedAway || failure instanceof BrokenOff))
    throw amqpFailure(failure, { ...target, ...amqp });

  if (failure.step === 'log-in') {
    throw new UsageError(
      `The user ${username} of MANAGEMENT_URL can't log in where AMQP_URL points: ${failure.message}`,
      'Give an administrator of that very broker, or leave the user out of MANAGEMENT_URL to take that of AMQP_URL.',
      { cause: failure },
    );
  }
  throw new UsageError(
    `MANAGEMENT_URL is of another broker than AMQP_URL: a virtual host made at ${url} is not there (${failure.message}).`,
    'Let both point to the same broker, or unset MANAGEMENT_URL.',
    { cause: failure },
  );
}

async function ask(
  { url, username, password }: Management,
  method: 'GET' | 'PUT' | 'DELETE',
  path: string,
): Promise<{ status: number; text: string }> {
  try {
    const { statusCode: status, body } = await request(`${url}${path}`, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: method === 'PUT' ? '{}' : null,
      signal: AbortSignal.timeout(answerMs),
      reset: true,
    });
    return { status, text: await body.text() };
  } catch (error) {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    throw new UsageError(
      `The management API at ${url} can't be reached: ${reason}.`,
      'Check MANAGEMENT_URL, or unset it; for a certificate of an authority of your own set NODE_EXTRA_CA_CERTS.',
      { cause: error },
    );
  }
}

function reasonIn(text: string): string {
  return refusal.safeParse(json(text)).data?.reason ?? 'no reason was given';
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
