// The program behind relays.ts: a port mapper for each node of a cluster, and a relay for each way from one node to
// another. Plain JavaScript, so that it starts in 40 ms and not in 250.
import { createServer, connect } from 'node:net';
import { createInterface } from 'node:readline';

/** @typedef {import('../broker.ts').LinkFault} LinkFault */
/** @typedef {import('../broker.ts').Address} At */
/** @typedef {import('node:net').Socket} Socket */
/**
 * @typedef {{ from: string, to: string, source: Socket, target: Socket }} Direction what goes one way on a connection
 */

/** What Erlang's port mapper is asked, and answers. @see https://www.erlang.org/doc/apps/erts/erl_dist_protocol */
const [aliveRequest, portRequest, namesRequest] = [120, 122, 110];
const [aliveAnswer, longAliveAnswer, portAnswer] = [121, 118, 119];
/** From this version of the distribution protocol on, a creation has 32 bits. */
const longCreations = 6;
/** How long another port mapper, or who was told of a relay, may take, in milliseconds. */
const answerMs = 2_000;
const normalNode = 77;

/** Where each node listens for others, by the name before its @. @type {Map<string, At & { of: string }>} */
const registered = new Map();
/** @type {LinkFault[]} */
let faults = [];
/** @type {Set<Direction>} */
const directions = new Set();
/** Where nodes have port mappers beside these, which know what else runs there; by a, b or c. @type {Map<string, At>} */
const furtherMappers = new Map();
let creation = 0;
let isAsked = false;
/** On which address of this machine all of them listen. */
let host = '';

/** @type {Record<string, { name: string, portMapper: number, relays: Record<string, number> }>} */
let nodes = {};

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if ('nodes' in order) {
    ({ host, nodes } = order);
    await Promise.all(Object.keys(nodes).map(listenFor));
  } else if ('address' in order) {
    registered.set(nodes[order.node]?.name ?? '', { ...order.address, of: order.node });
    furtherMappers.set(order.node, order.portMapper);
  } else if ('gone' in order) {
    registered.delete(nodes[order.gone]?.name ?? '');
    furtherMappers.delete(order.gone);
    for (const { from, to, source } of directions)
      if (from === order.gone || to === order.gone) source.resetAndDestroy();
  } else {
    faults = order.links;
    apply();
  }
  process.stdout.write(`done ${order.id}\n`);
}

/** @param {string} of a, b or c */
async function listenFor(of) {
  const { portMapper, relays } = nodes[of] ?? { portMapper: 0, relays: {} };
  const servers = [
    listening(
      createServer((client) => answer(of, client)),
      portMapper,
    ),
  ];
  for (const [to, port] of Object.entries(relays)) {
    const server = createServer({ noDelay: true }, (client) => relay(of, to, client));
    servers.push(listening(server, port));
  }
  await Promise.all(servers);
}

/**
 * @param {import('node:net').Server} server
 * @param {number} port
 */
async function listening(server, port) {
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(undefined));
  });
}

/**
 * @param {string} of whose port mapper is asked
 * @param {Socket} client
 */
function answer(of, client) {
  client.on('error', () => client.destroy());
  let asked = Buffer.alloc(0);
  client.on('data', (chunk) => {
    asked = Buffer.concat([asked, chunk]);
    if (asked.length < 2 || asked.length < 2 + asked.readUInt16BE(0)) return;
    const request = asked.subarray(2, 2 + asked.readUInt16BE(0));
    asked = Buffer.alloc(0);
    if (request[0] === aliveRequest) register(of, client, request);
    else if (request[0] === portRequest)
      void portOf(of, request.toString('latin1', 1)).then((reply) => client.end(reply));
    else if (request[0] === namesRequest) client.end(names(of));
    else client.destroy();
  });
}

/**
 * @param {string} of
 * @param {Socket} client stays open as long as the node is there
 * @param {Buffer} request
 */
function register(of, client, request) {
  const port = request.readUInt16BE(1);
  const name = request.toString('latin1', 11, 11 + request.readUInt16BE(9));
  const entry = { host, port, of };
  registered.set(name, entry);
  client.once('close', () => {
    if (registered.get(name) === entry) registered.delete(name);
  });
  creation += 1;
  const isLong = request.readUInt16BE(5) >= longCreations;
  const reply = Buffer.alloc(isLong ? 6 : 4);
  reply[0] = isLong ? longAliveAnswer : aliveAnswer;
  if (isLong) reply.writeUInt32BE(creation, 2);
  else reply.writeUInt16BE((creation % 3) + 1, 2);
  client.write(reply);
}

/**
 * A node is told of another one by the relay between them.
 *
 * @param {string} of
 * @param {string} name
 */
async function portOf(of, name) {
  if (!isAsked) process.stdout.write('asked\n');
  isAsked = true;
  const entry = registered.get(name);
  const to = Object.keys(nodes).find((key) => nodes[key]?.name === name);
  const known = to === undefined || to === of ? entry?.port : nodes[of]?.relays[to];
  const port = entry === undefined ? await wayBeside(of, name) : (known ?? 0);
  if (port === undefined) return Buffer.from([portAnswer, 1]);
  const reply = Buffer.alloc(14 + name.length);
  reply[0] = portAnswer;
  reply.writeUInt16BE(port, 2);
  reply[4] = normalNode;
  reply.writeUInt16BE(longCreations, 6);
  reply.writeUInt16BE(5, 8);
  reply.writeUInt16BE(name.length, 10);
  reply.write(name, 12, 'latin1');
  return reply;
}

/**
 * The port of a relay, for one connection, to what runs beside another node: a rabbitmqctl, which every node answers that
 * it asks.
 *
 * @param {string} of who asks
 * @param {string} name
 */
async function wayBeside(of, name) {
  const mappers = [...furtherMappers].filter(([to]) => to !== of);
  const found = await Promise.all(
    mappers.map(async ([to, at]) => ({ to, host: at.host, port: await portAt(at, name) })),
  );
  const target = found.find(({ port }) => port !== undefined);
  if (target?.port === undefined) return undefined;
  const { to, host: there, port } = target;
  const server = createServer({ noDelay: true }, (client) => {
    server.close();
    pass(of, to, { host: there, port }, client);
  });
  setTimeout(() => server.close(), answerMs).unref();
  await listening(server, 0);
  const address = server.address();
  return address === null || typeof address === 'string' ? undefined : address.port;
}

/**
 * The port under which a port mapper knows a name; `undefined`: it does not, or does not answer.
 *
 * @param {At} mapper
 * @param {string} name
 * @returns {Promise<number | undefined>}
 */
async function portAt(mapper, name) {
  const socket = connect(mapper);
  const request = Buffer.alloc(3 + name.length);
  request.writeUInt16BE(1 + name.length);
  request[2] = portRequest;
  request.write(name, 3, 'latin1');
  socket.setTimeout(answerMs, () => socket.destroy());
  socket.end(request);
  try {
    const answered = Buffer.concat(await socket.toArray());
    return answered[0] === portAnswer && answered[1] === 0 ? answered.readUInt16BE(2) : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} of */
function names(of) {
  const port = Buffer.alloc(4);
  port.writeUInt32BE(nodes[of]?.portMapper ?? 0);
  const own = [...registered].filter(([, entry]) => entry.of === of);
  return Buffer.concat([
    port,
    Buffer.from(own.map(([name, entry]) => `name ${name} at port ${entry.port}\n`).join('')),
  ]);
}

/**
 * @param {string} from
 * @param {string} to
 * @param {Socket} client
 */
function relay(from, to, client) {
  const entry = registered.get(nodes[to]?.name ?? '');
  if (entry === undefined) client.resetAndDestroy();
  else pass(from, to, entry, client);
}

/**
 * @param {string} from
 * @param {string} to
 * @param {At} target
 * @param {Socket} client
 */
function pass(from, to, target, client) {
  if (isCut(from, to)) {
    client.resetAndDestroy();
    return;
  }
  const server = connect({ host: target.host, port: target.port, noDelay: true });
  const both = [
    { from, to, source: client, target: server },
    { from: to, to: from, source: server, target: client },
  ];
  for (const direction of both) {
    const { source, target } = direction;
    directions.add(direction);
    source.on('data', (chunk) => {
      if (target.write(chunk) || isStalled(direction)) return;
      source.pause();
      target.once('drain', () => {
        if (!isStalled(direction)) source.resume();
      });
    });
    source.on('end', () => target.end());
    source.on('error', () => target.destroy());
    source.on('close', () => {
      directions.delete(direction);
      target.destroy();
    });
    if (isStalled(direction)) source.pause();
  }
}

function apply() {
  for (const direction of directions) {
    if (isCut(direction.from, direction.to)) direction.source.resetAndDestroy();
    else if (isStalled(direction)) direction.source.pause();
    else direction.source.resume();
  }
}

/**
 * @param {string} one
 * @param {string} other
 */
function isCut(one, other) {
  return faults.some(
    ({ from, to, how }) =>
      how === 'cut' && ((from === one && to === other) || (from === other && to === one)),
  );
}

/** @param {{ from: string, to: string }} direction */
function isStalled(direction) {
  return faults.some(
    ({ from, to, how }) => how === 'stalled' && from === direction.from && to === direction.to,
  );
}
