// The program behind relays.ts: a port mapper for each node of a cluster, and a relay for each way from one node to
// another. Plain JavaScript, so that it starts in 40 ms and not in 250.
import { createServer, connect } from 'node:net';
import { createInterface } from 'node:readline';

/** @typedef {import('../broker.ts').LinkFault} LinkFault */
/** @typedef {import('node:net').Socket} Socket */
/**
 * @typedef {{ from: string, to: string, source: Socket, target: Socket }} Direction what goes one way on a connection
 */

const host = '127.0.0.1';
/** What Erlang's port mapper is asked, and answers. @see https://www.erlang.org/doc/apps/erts/erl_dist_protocol */
const [aliveRequest, portRequest, namesRequest] = [120, 122, 110];
const [aliveAnswer, longAliveAnswer, portAnswer] = [121, 118, 119];
/** From this version of the distribution protocol on, a creation has 32 bits. */
const longCreations = 6;
const normalNode = 77;

/** The port on which each node listens for others, by the name before its @. @type {Map<string, { port: number, of: string }>} */
const registered = new Map();
/** @type {LinkFault[]} */
let faults = [];
/** @type {Set<Direction>} */
const directions = new Set();
let creation = 0;

/** @type {Record<string, { name: string, portMapper: number, relays: Record<string, number> }>} */
let nodes = {};

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if ('nodes' in order) {
    nodes = order.nodes;
    await Promise.all(Object.keys(nodes).map(listenFor));
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
    else if (request[0] === portRequest) client.end(portOf(of, request.toString('latin1', 1)));
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
  const entry = { port, of };
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
function portOf(of, name) {
  const entry = registered.get(name);
  if (entry === undefined) return Buffer.from([portAnswer, 1]);
  const to = Object.keys(nodes).find((key) => nodes[key]?.name === name);
  const port = to === undefined || to === of ? entry.port : (nodes[of]?.relays[to] ?? 0);
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
  if (entry === undefined || isCut(from, to)) {
    client.resetAndDestroy();
    return;
  }
  const server = connect({ host, port: entry.port, noDelay: true });
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
