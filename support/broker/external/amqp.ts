import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

import { CouldNotRun, messageOf, UsageError } from '../../errors.ts';
import { limited } from '../../waiting/limited.ts';
import type { Address } from '../broker.ts';
import type { ExternalSettings } from './settings.ts';
import {
  ask,
  BrokenOff,
  type BrokerIdentity,
  NoAmqp,
  NoAnswerInTime,
  NotReached,
  TurnedAway,
} from '../handshake.ts';
import { checkOneBroker } from './one-broker.ts';
import { openTunnel, type Remote, tryTls } from './tunnel.ts';

/** An AMQP listener without TLS that was seen to work. */
export interface ReachedBroker {
  identity: BrokerIdentity;
  amqp: Address;
  /** Closes what was opened to reach it. */
  close(): Promise<void>;
}

/** How long a broker is waited for, in milliseconds. */
interface Patience {
  /** For one try to open a connection. */
  each: number;
  /** For all tries. */
  within: number;
}

const usualPatience: Patience = { each: 10_000, within: 20_000 };
const retryMs = 250;
/** AMQP's reply code for who may not come in. */
const accessRefused = 403;
const userCure = 'Check the user and the password in AMQP_URL.';
const amqpCure = 'Check AMQP_URL, and that the broker runs and can be reached from here.';

/** Where and as whom, for errors. */
type Target = Address & Pick<ExternalSettings['amqp'], 'username' | 'virtualHost'>;

/**
 * Opens an AMQP connection to each address of `AMQP_URL`: through a tunnel that leads to all of them for several, and for
 * amqps.
 *
 * @throws UsageError when that fails, with what is wrong of `AMQP_URL` or `AMQP_CA_FILE`; the signal's reason when it
 *   was aborted
 */
export async function reachAmqp(
  settings: ExternalSettings,
  signal: AbortSignal,
  patience = usualPatience,
): Promise<ReachedBroker> {
  const { amqp, caFile } = settings;
  const ca = amqp.tls && caFile !== undefined ? { ca: await readCertificate(caFile) } : {};
  const tls = amqp.tls ? { tls: ca } : {};
  const identities: BrokerIdentity[] = [];
  for (const address of amqp.addresses) {
    const askThere = async () => await tryAddress(address, amqp, { ...tls, patience }, signal);
    identities.push(await patiently(askThere, patience, signal));
  }

  const [identity] = identities;
  if (identity === undefined) throw new CouldNotRun('AMQP_URL names no host.');
  const [only, ...others] = amqp.addresses;
  if (others.length === 0 && !amqp.tls) return { identity, amqp: only, close: async () => {} };
  if (others.length > 0) await checkOneBroker({ addresses: amqp.addresses, ...tls }, amqp);
  const tunnel = await openTunnel({ addresses: amqp.addresses, ...tls });
  return { identity, amqp: tunnel.address, close: async () => await tunnel.close() };
}

/** A broker that is slow at first is asked again; one that is not there is not. */
async function patiently<Answer>(
  ask: () => Promise<Answer>,
  { within }: Patience,
  signal: AbortSignal,
): Promise<Answer> {
  const deadline = performance.now() + within;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      const isLate = error instanceof UsageError && isSilence(error.cause);
      if (!isLate || performance.now() + retryMs > deadline) throw error;
      await pause(retryMs);
    }
  }
}

async function tryAddress(
  address: Address,
  { username, password, virtualHost }: ExternalSettings['amqp'],
  { tls, patience }: Pick<Remote, 'tls'> & { patience: Patience },
  signal: AbortSignal,
): Promise<BrokerIdentity> {
  if (tls !== undefined) {
    await tryTls(address, tls, limited(patience.each, signal)).catch((error: unknown) => {
      signal.throwIfAborted();
      throw connectFailure(codeOf(error), error, address, patience) ?? tlsFailure(error, address);
    });
  }
  const tunnel = tls === undefined ? undefined : await openTunnel({ addresses: [address], tls });
  try {
    const opening = { amqp: tunnel?.address ?? address, username, password, virtualHost };
    return (await ask(opening, { within: patience.each, signal })).identity;
  } catch (error) {
    signal.throwIfAborted();
    throw amqpFailure(error, { ...address, username, virtualHost }, patience);
  } finally {
    await tunnel?.close();
  }
}

function isSilence(error: unknown): boolean {
  return error instanceof NoAnswerInTime || codeOf(error) === 'ETIMEDOUT' || codeOf(error) === 'ABORT_ERR';
}

async function readCertificate(file: string): Promise<string> {
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(
      `AMQP_CA_FILE can't be read: ${reasonOf(error)}.`,
      'Set it to the file of a certificate authority (PEM).',
      { cause: error },
    );
  });
  if (!content.includes('-----BEGIN CERTIFICATE-----')) {
    throw new UsageError(
      `AMQP_CA_FILE (${file}) holds no certificate in PEM.`,
      'Set it to the file of a certificate authority (PEM).',
    );
  }
  return content;
}

function tlsFailure(error: unknown, remote: Address): UsageError {
  const code = codeOf(error) ?? '';
  const at = `${remote.host}:${remote.port}`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new UsageError(
      `The certificate of ${at} is not for that host: ${reasonOf(error)}`,
      'Name the host in AMQP_URL as its certificate does.',
      { cause: error },
    );
  }
  // OpenSSL's codes for what is wrong with a certificate, all but those that begin with ERR_.
  if (/CERT|ISSUER|SIGNATURE/.test(code) && !code.startsWith('ERR_')) {
    return new UsageError(
      `The certificate of ${at} is not trusted: ${reasonOf(error)}.`,
      'Set AMQP_CA_FILE to the file of the certificate authority that signed it (PEM).',
      { cause: error },
    );
  }
  return new UsageError(
    `What answers at ${at} does not speak TLS: ${reasonOf(error)}.`,
    'Use amqp:// for a listener without TLS, or correct the port (5671 by default).',
    { cause: error },
  );
}

/**
 * What is wrong when there was no handshake, in words of the environment's variables.
 *
 * @returns what is none of that as it is
 */
export function amqpFailure(error: unknown, amqp: Target, patience = usualPatience): unknown {
  const at = `${amqp.host}:${amqp.port}`;
  const usageError = (problem: string, cure: string): UsageError =>
    new UsageError(problem, cure, { cause: error });
  if (error instanceof TurnedAway) {
    const { code, text } = error.refusal;
    if (error.step === 'virtual host') {
      return usageError(
        `The broker at ${at} does not open the virtual host ${amqp.virtualHost} for the user ${amqp.username}: ${text}`,
        'Check that the path of AMQP_URL names a virtual host that is there, and the permissions of the user.',
      );
    }
    return code === accessRefused
      ? usageError(`The broker at ${at} refused the user ${amqp.username}: ${text}`, userCure)
      : usageError(`The broker at ${at} refused the connection: ${text}`, amqpCure);
  }
  if (error instanceof BrokenOff && error.step === 'log-in') {
    return usageError(
      `The broker at ${at} ended the connection when the user ${amqp.username} logged in, without a word.`,
      userCure,
    );
  }
  if (error instanceof NoAmqp) {
    return usageError(
      `What answers at ${at} does not speak AMQP 0-9-1: ${error.came}.`,
      'Check the port in AMQP_URL (5672 by default, and 5671 with amqps://).',
    );
  }
  const code = error instanceof NoAnswerInTime ? 'ETIMEDOUT' : codeOf(error);
  const failure = connectFailure(code, error, amqp, patience);
  if (failure !== undefined) return failure;
  return error instanceof CouldNotRun || error instanceof BrokenOff || error instanceof NotReached
    ? usageError(error.message, amqpCure)
    : error;
}

function connectFailure(
  code: string | undefined,
  cause: unknown,
  { host, port }: Address,
  { within }: Patience,
): UsageError | undefined {
  const at = `${host}:${port}`;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new UsageError(`The host of AMQP_URL, ${host}, can't be found.`, amqpCure, { cause });
    case 'ECONNREFUSED':
      return new UsageError(`Nothing listens at ${at}, where AMQP_URL points.`, amqpCure, { cause });
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new UsageError(`There is no way from here to ${at}, where AMQP_URL points.`, amqpCure, {
        cause,
      });
    case 'ETIMEDOUT':
    case 'ABORT_ERR':
      return new UsageError(
        `There was no answer within ${within / 1_000} s from ${at}, where AMQP_URL points.`,
        amqpCure,
        { cause },
      );
    default:
      return undefined;
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** To be followed by a full stop. */
function reasonOf(error: unknown): string {
  return messageOf(error).trim().replace(/\.$/, '');
}
