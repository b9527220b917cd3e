import picocolors from 'picocolors';
import {
  allCapabilities,
  type Broker,
  type BrokerDescription,
  type Capability,
  capabilities,
  openedBy,
} from '../broker/broker.ts';
import { chooseBroker } from '../broker/choose.ts';
import { ask, openChannel, openConnection } from '../broker/handshake.ts';
import { knownExtensions, profileOf, readProfiles } from '../broker/profile.ts';
import { takeAway } from '../broker/take-away.ts';
import { applicability, testability } from '../claim/applicability.ts';
import { knownClaims } from '../claim/places.ts';
import { CouldNotRun, messageOf } from '../errors.ts';
import { aligned } from '../evidence/aligned.ts';
import { root } from '../project.ts';
import { newRunName } from '../management/run-name.ts';
import { terminal } from '../run/live-line.ts';
import type { ClaimDescription } from '../verdict/outcome.ts';
import { sign } from '../verdict/style.ts';
import { Command, ConnectionLost, ConversationError, type RawConnection, refusalIn } from '../wire/index.ts';
import { collect } from './claims.ts';

/** Of a broker that is busy or far away, in milliseconds. */
const answerMs = 20_000;

/**
 * Tells, of the broker that the environment asks for, what of the suite can be tested there as that
 * user, and what would open the rest. It leaves nothing on the broker.
 *
 * Ends with 0 when the suite can run; with 2 when it can't; with 3 when the broker went away.
 *
 * @throws UsageError when there is no such broker, or it does not let the user in
 */
export async function run(): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => stop.abort(new CouldNotRun(`${signal}: stopped.`)));

  let broker: Broker | undefined;
  try {
    broker = await chooseBroker({
      environment: process.env,
      signal: stop.signal,
      say: (line) => terminal.line(line),
    });
    await tell(broker.description);
  } catch (error) {
    const wentAway = [CouldNotRun, ConnectionLost, ConversationError].some((kind) => error instanceof kind);
    if (!wentAway) throw error;
    // What comes after the first line is for who mends a conversation
    process.stderr.write(`${messageOf(error).split('\n', 1).join('')}\n`);
    process.exitCode = 3;
  } finally {
    await broker?.stop();
  }
}

async function tell(broker: BrokerDescription): Promise<void> {
  const { title, username, virtualHost, managementUrl, missing } = broker;
  const asked = await ask(broker, { within: answerMs });
  terminal.line(`\n${title}`);
  terminal.line(
    managementUrl === undefined
      ? `Management API: none, ${missing.management ?? ''}`
      : `Management API: ${managementUrl}`,
  );

  terminal.line(`\nThe user ${username} in the virtual host ${virtualHost}:`);
  const failed = await converse(broker);
  if (failed !== undefined) process.exitCode = 2;

  const profile = profileOf(broker, readProfiles(knownClaims(root)));
  const foreknown = {
    ...(profile === undefined ? {} : { profile: profile.file }),
    extensions: knownExtensions(profile, asked),
  };
  const claims = await collect([]);
  const applicable = claims.filter((claim) => applicability(claim, broker, foreknown) === undefined);
  terminal.line('\nCapabilities, and how many claims need them:');
  terminal.line(capabilitiesOf(broker, applicable).join('\n'));

  const testable = applicable.filter((claim) => testability(claim, broker) === undefined);
  terminal.line(
    `\n${testable.length} of ${claims.length} claims can be tested; ` +
      `${applicable.length - testable.length} can not for what is missing, and ${claims.length - applicable.length} do not apply.`,
  );
  terminal.line(
    failed === undefined
      ? 'The suite can run: pnpm test'
      : `The suite can not run: the user ${username} needs the permissions to configure, write and read names that begin with brokerproof-.`,
  );
}

function capabilitiesOf(broker: BrokerDescription, claims: readonly ClaimDescription[]): string[] {
  const needing = (capability: Capability) =>
    String(claims.filter(({ needs }) => needs.includes(capability)).length);
  return aligned(
    allCapabilities.map((capability) => {
      const why = broker.missing[capability];
      return broker.capabilities.includes(capability)
        ? [sign('holds', picocolors), needing(capability), capability, capabilities[capability]]
        : [
            sign('violated', picocolors),
            needing(capability),
            capability,
            `${why ?? capabilities[capability]}. It would take: ${openedBy[capability]}`,
          ];
    }),
    [1],
  );
}

/**
 * What a spec does, tried in a few steps, each of which is told.
 *
 * @returns the step that was refused, if one was
 */
async function converse(broker: BrokerDescription): Promise<string | undefined> {
  const { amqp, username, password, virtualHost } = broker;
  const opening = { amqp, username, password, virtualHost };
  const name = `${newRunName()}.preflight`;
  const { connection } = await openConnection(opening, { within: answerMs });
  try {
    await openChannel(connection, opening, answerMs);
    for (const [step, take] of stepsOf(connection, name)) {
      const refusal = await refused(take);
      const mark = sign(refusal === undefined ? 'holds' : 'violated', picocolors);
      terminal.line(`${mark} ${step}${refusal === undefined ? '' : `: ${refusal}`}`);
      if (refusal !== undefined) return step;
    }
    return undefined;
  } finally {
    connection.destroy();
    const stays = await takeAway(
      opening,
      [
        { kind: 'queue', name },
        { kind: 'exchange', name },
      ],
      answerMs,
    );
    // What was refused to be made is refused to be removed
    for (const { kind, why } of stays)
      if (!/ACCESS_REFUSED/.test(why)) terminal.line(`Left on the broker: the ${kind} ${name} (${why})`);
  }
}

function stepsOf(connection: RawConnection, name: string): [string, () => Promise<unknown>][] {
  const within = { within: answerMs };
  const consumerTag = 'preflight';
  return [
    [
      'declares an exchange',
      async () => {
        await connection.send('exchange.declare', { exchange: name, type: 'direct' });
        await connection.expect('exchange.declare-ok', within);
      },
    ],
    [
      'declares a queue',
      async () => {
        await connection.send('queue.declare', { queue: name, durable: true });
        await connection.expect('queue.declare-ok', within);
      },
    ],
    [
      'binds it',
      async () => {
        await connection.send('queue.bind', { queue: name, exchange: name, routingKey: name });
        await connection.expect('queue.bind-ok', within);
      },
    ],
    [
      'publishes and consumes',
      async () => {
        await connection.send('basic.consume', { queue: name, consumerTag, noAck: true });
        await connection.expect('basic.consume-ok', within);
        const content = { body: Buffer.from('preflight') };
        await connection.send('basic.publish', { exchange: name, routingKey: name }, { content });
        await connection.expect('basic.deliver', within);
        await connection.send('basic.cancel', { consumerTag });
        await connection.expect('basic.cancel-ok', within);
      },
    ],
    [
      'deletes both',
      async () => {
        await connection.send('queue.delete', { queue: name });
        await connection.expect('queue.delete-ok', within);
        await connection.send('exchange.delete', { exchange: name });
        await connection.expect('exchange.delete-ok', within);
      },
    ],
  ];
}

/** Why the broker refuses something; `undefined` when it does not. */
async function refused(take: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await take();
    return undefined;
  } catch (error) {
    const came = error instanceof ConversationError ? error.came : undefined;
    if (came instanceof Command && (came.is('channel.close') || came.is('connection.close')))
      return refusalIn(came).text;
    throw error;
  }
}
