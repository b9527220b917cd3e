import { CouldNotRun, messageOf, UsageError } from '../../errors.ts';
import { ManagementClient } from '../../management/client.ts';
import {
  type Discovery,
  discoverManagement,
  type ManagementCapabilities,
  withoutManagement,
} from '../../management/discovery.ts';
import { ManagementError } from '../../management/error.ts';
import { NoAnswer } from '../../management/http.ts';
import { isPassing, patiently } from '../../management/patiently.ts';
import { newRunName } from '../../management/run-name.ts';
import { askUntil } from '../../waiting/until.ts';
import type { Access, Address } from '../broker.ts';
import { ask, BrokenOff, openChannel, openConnection, TurnedAway } from '../handshake.ts';
import { amqpFailure } from './amqp.ts';
import { declareQueue } from './one-broker.ts';
import type { Credentials, ExternalSettings } from './settings.ts';

/** What the management API of an external broker offers. */
export type ExternalManagement = Pick<ManagementCapabilities, 'missing'> & {
  /** The API and its user; absent where there is none for that user. */
  api?: Credentials & {
    url: string;
    /** The types of exchanges that the broker knows; absent where it does not tell. */
    exchangeTypes?: readonly string[] | undefined;
  };
};

type Management = NonNullable<ExternalSettings['management']>;

/** Of a broker that is busy or far away, in milliseconds. */
const answerMs = 30_000;
/** For one answer of the API, and for all tries, in milliseconds. */
const patience = { each: 10_000, within: 30_000 };
/** What an API may still take that did not answer in time before, in milliseconds. */
const lastTry = { within: 5_000 };
/** How long what was made may take to be known everywhere in a cluster, in milliseconds. */
const spreadMs = 5_000;

/**
 * Finds out what the user of `MANAGEMENT_URL` may do, and checks that the API belongs to the broker at `amqp`: what is
 * made at the one is to be seen at the other.
 *
 * @param access how to log in at the broker, by `AMQP_URL`
 * @throws UsageError when it can't be reached, is something else, does not know the user, or is another broker's
 */
export async function checkManagement(
  management: Management,
  amqp: Address,
  access: Access,
): Promise<ExternalManagement> {
  const found = await discover(management, access.virtualHost);
  if (!found.isApi) {
    if (!found.refused) {
      throw new UsageError(
        `What answers at ${management.url} ${found.why}.`,
        'Set MANAGEMENT_URL to what comes before /api, as in http://user:password@host:15672, or unset it.',
      );
    }
    await checkPassword(management, amqp, access, found.why);
    return withoutManagement(`the management API ${found.why}`);
  }
  const { missing, exchangeTypes } = found;
  if (missing.management !== undefined) return { missing };
  await (missing.administration === undefined
    ? checkByVirtualHost(management, amqp)
    : checkByQueue(management, amqp, access));
  return { missing, api: { ...management, exchangeTypes } };
}

async function discover(management: Management, virtualHost: string): Promise<Discovery> {
  try {
    return await patiently(
      () =>
        discoverManagement({ ...management, of: 'MANAGEMENT_URL', timeoutMs: patience.each }, virtualHost),
      { within: patience.within, again: isSlow },
    );
  } catch (error) {
    if (!(error instanceof CouldNotRun)) throw error;
    throw new UsageError(
      `The management API at ${management.url} can't be reached: ${reasonIn(error)}.`,
      'Check MANAGEMENT_URL, or unset it; for a certificate of an authority of your own set NODE_EXTRA_CA_CERTS.',
      { cause: error },
    );
  }
}

/** One that nobody listens at, or with a certificate that is not trusted, is not asked again. */
function isSlow(error: unknown): boolean {
  return isPassing(error) && !(error instanceof NoAnswer && !error.late);
}

/** A user whom the API refuses has a wrong password, or a right one and no right to use the API: AMQP tells. */
async function checkPassword(
  management: Management,
  amqp: Address,
  access: Access,
  why: string,
): Promise<void> {
  const { url, username, password } = management;
  if (username === access.username && password === access.password) return;
  const failure = await logIn(management, amqp, access.virtualHost);
  if (!isRefusal(failure) || failure.step !== 'log-in') return;
  throw new UsageError(
    `The management API at ${url} ${why}.`,
    'Put the user and the password of an administrator into MANAGEMENT_URL.',
    { cause: failure },
  );
}

/** By a virtual host that is made by the API and opened by AMQP, as the user does who makes them. */
async function checkByVirtualHost(management: Management, amqp: Address): Promise<void> {
  const { url, username } = management;
  const virtualHost = newRunName();
  const client = new ManagementClient({ ...management, timeoutMs: patience.each });
  let answers = false;
  try {
    await patiently(() => client.virtualHosts.put(virtualHost), patience);
    answers = true;
    const failure = await askUntil(
      async () => await logIn(management, amqp, virtualHost),
      // Another refusal than that of the virtual host does not go away.
      (last) => !(last instanceof TurnedAway && last.step === 'virtual host'),
      { within: spreadMs, interval: 100 },
    );
    if (failure === undefined) return;
    if (!isRefusal(failure)) throw amqpFailure(failure, { ...amqp, username, virtualHost });
    if (failure.step === 'log-in') {
      throw new UsageError(
        `The user ${username} of MANAGEMENT_URL can't log in where AMQP_URL points: ${failure.message}`,
        'Give an administrator of that very broker, or leave the user out of MANAGEMENT_URL to take that of AMQP_URL.',
        { cause: failure },
      );
    }
    throw ofAnother(`a virtual host made at ${url} is not there (${failure.message})`);
  } finally {
    const gone = patiently(() => client.virtualHosts.delete(virtualHost), answers ? patience : lastTry);
    // That it did not answer before is what is told then, and a later run takes away what was made all the same
    await (answers ? gone : gone.catch(() => undefined));
    await client.close();
  }
}

/** By a queue that is declared by AMQP and asked for by the API, where the user of `AMQP_URL` may declare one. */
async function checkByQueue(management: Management, amqp: Address, access: Access): Promise<void> {
  const { connection } = await openConnection({ amqp, ...access }, { within: answerMs });
  const client = new ManagementClient({ ...management, timeoutMs: patience.each });
  try {
    await openChannel(connection, { amqp }, answerMs);
    const queue = await declareQueue(connection);
    if (queue === undefined) return;
    const status = await askUntil(
      async () => await statusOf(patiently(() => client.in(access.virtualHost).queues.get(queue), patience)),
      (last) => last !== 404,
      { within: spreadMs, interval: 100 },
    );
    if (status === 404) throw ofAnother(`a queue declared there is not known at ${management.url}`);
  } finally {
    connection.destroy();
    await client.close();
  }
}

async function statusOf(request: Promise<unknown>): Promise<number> {
  try {
    await request;
    return 200;
  } catch (error) {
    if (error instanceof ManagementError) return error.status;
    throw error;
  }
}

/** Why the user of `MANAGEMENT_URL` can't open a virtual host by AMQP; `undefined` when that is possible. */
async function logIn(
  { username, password }: Credentials,
  amqp: Address,
  virtualHost: string,
): Promise<unknown> {
  try {
    await ask({ amqp, username, password, virtualHost }, { within: answerMs });
    return undefined;
  } catch (error) {
    return error;
  }
}

function isRefusal(failure: unknown): failure is TurnedAway | BrokenOff {
  return failure instanceof TurnedAway || failure instanceof BrokenOff;
}

function ofAnother(why: string): UsageError {
  return new UsageError(
    `MANAGEMENT_URL is of another broker than AMQP_URL: ${why}.`,
    'Let both point to the same broker, or unset MANAGEMENT_URL.',
  );
}

/** Without the request that failed: to the user of a URL it says nothing. */
function reasonIn({ message, cause }: CouldNotRun): string {
  // What was asked again and again says how often
  if (
    !(cause instanceof Error) ||
    cause.message === '' ||
    cause instanceof NoAnswer ||
    cause instanceof ManagementError
  )
    return message;
  return messageOf(cause);
}
