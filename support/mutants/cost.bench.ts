/**
 * What a proxy costs: `node --import ./support/typescript.mjs support/mutants/cost.bench.ts`, against the broker that `BROKER`
 * chooses. Round trips and throughput, direct and through proxies, in turns, so that a noisy machine is
 * noisy for all of them. Ends with exit code 1 when the identity proxy costs more than its budget.
 */
import { connect } from 'amqplib';
import type { Address, BrokerDescription } from '../broker/broker.ts';
import { chooseBroker } from '../broker/choose.ts';
import { bodiesInOtherFrames } from './eccentric/index.ts';
import { identity } from './library/index.ts';
import { startMutantProxy } from './proxy.ts';

const rounds = 7;
const roundTrips = 500;
const messages = 10_000;
const body = Buffer.alloc(100);

/** Added to a round trip in the median, in milliseconds. */
const budgetAdded = 0.1;
/** Of the throughput without a proxy. */
const budgetShare = 0.5;

interface Measured {
  roundTrips: number[];
  throughputs: number[];
}

/** One channel publishes in confirm mode and consumes what it publishes; the round trip is a passive declare. */
async function measure({ host, port }: Address, broker: BrokerDescription, into: Measured): Promise<void> {
  const { username, password, virtualHost } = broker;
  const vhost = encodeURIComponent(virtualHost);
  const connection = await connect({ hostname: host, port, username, password, vhost }, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true, durable: false });
  for (let count = 0; count < roundTrips; count += 1) {
    const start = performance.now();
    await channel.checkQueue(queue);
    into.roundTrips.push(performance.now() - start);
  }
  let received = 0;
  let done = (): void => {};
  const all = new Promise<void>((resolve) => {
    done = resolve;
  });
  const count = (): void => {
    received += 1;
    if (received === messages) done();
  };
  await channel.consume(queue, count, { noAck: true });
  const start = performance.now();
  for (let sent = 0; sent < messages; sent += 500) {
    for (let each = 0; each < 500; each += 1) channel.sendToQueue(queue, body);
    await new Promise(setImmediate);
  }
  await Promise.all([all, channel.waitForConfirms()]);
  into.throughputs.push(messages / ((performance.now() - start) / 1_000));
  await connection.close();
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const broker = await chooseBroker({
  environment: process.env,
  signal: new AbortController().signal,
  say: (line) => console.log(line),
});
const { amqp } = broker.description;
const proxies = [
  await startMutantProxy({ mutant: identity, amqp }),
  await startMutantProxy({ mutant: bodiesInOtherFrames, amqp }),
];
const ways = [
  { name: 'direct', to: amqp },
  ...proxies.map(({ amqp: to }, index) => ({ name: [identity, bodiesInOtherFrames][index]?.name ?? '', to })),
].map((way) => ({ ...way, measured: { roundTrips: [], throughputs: [] } as Measured }));

// The first round warms up
for (let round = 0; round <= rounds; round += 1) {
  for (const { to, measured } of ways)
    await measure(to, broker.description, round === 0 ? { roundTrips: [], throughputs: [] } : measured);
}

const [direct, ...others] = ways.map(({ name, measured }) => ({
  name,
  roundTrip: median(measured.roundTrips),
  throughput: median(measured.throughputs),
}));
if (direct === undefined) throw new TypeError('Nothing was measured.');
const results = [direct, ...others].map(({ name, roundTrip, throughput }) => ({
  name,
  added: roundTrip - direct.roundTrip,
  share: throughput / direct.throughput,
  roundTrip,
  throughput,
}));
console.table(
  results.map(({ name, roundTrip, added, throughput, share }) => ({
    way: name,
    'round trip (ms, median)': roundTrip.toFixed(3),
    'added (ms)': added.toFixed(3),
    'messages/s (median)': Math.round(throughput),
    'of direct': `${Math.round(share * 100)} %`,
  })),
);
const cost = results.find(({ name }) => name === identity.name);
const withinBudget = cost !== undefined && cost.added <= budgetAdded && cost.share >= budgetShare;
console.log(
  `Budget of the identity proxy: at most ${budgetAdded} ms, at least ${budgetShare * 100} %: ${withinBudget ? 'kept' : 'broken'}.`,
);
await Promise.all(proxies.map(async (proxy) => await proxy.close()));
await broker.stop();
process.exitCode = withinBudget ? 0 : 1;
