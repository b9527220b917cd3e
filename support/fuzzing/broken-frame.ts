import * as fc from 'fast-check';
import { frames, heartbeat, type Frame, table } from '../wire/index.ts';

/** One frame of a conversation, broken in one way. */
export interface BrokenFrame {
  /** The conversation up to it and with it, in octets, as a client sends them. */
  octets: Buffer;
  /** Which frame it was, what was done to it, and its octets: `basic.publish, its size is 4711: 0100…`. */
  says: string;
}

/** The frames of a small conversation on channel 1, in order, with a name for each. */
type Conversation = readonly (readonly [name: string, frame: Frame])[];

/** @param queue exclusive, of the connection alone */
function conversationsWith(queue: string): readonly Conversation[] {
  const args = table({ 'x-max-length': 7, 'x-note': 'text', nested: { deep: [1, 'two', true] } });
  const properties = { contentType: 'text/plain', headers: args, deliveryMode: 1, correlationId: '42' };
  const declared = [
    'queue.declare',
    frames.method(1, 'queue.declare', { queue, exclusive: true, arguments: table({ 'x-max-length': 7 }) }),
  ] as const;
  const published = [
    ['basic.publish', frames.method(1, 'basic.publish', { routingKey: queue })],
    ['its header', frames.header(1, 12, properties)],
    ['its body', frames.body(1, 'first')],
    ['the rest of its body', frames.body(1, ' second')],
  ] as const;
  return [
    [declared, ...published, ['basic.get', frames.method(1, 'basic.get', { queue })]],
    [
      declared,
      ['basic.consume', frames.method(1, 'basic.consume', { queue, arguments: args })],
      ...published,
    ],
    [['confirm.select', frames.method(1, 'confirm.select', {})], declared, ...published],
    [
      declared,
      ['queue.bind', frames.method(1, 'queue.bind', { queue, exchange: 'amq.topic', routingKey: 'a.#' })],
    ],
    [
      [
        'exchange.declare',
        frames.method(1, 'exchange.declare', {
          exchange: queue,
          type: 'topic',
          autoDelete: true,
          arguments: args,
        }),
      ],
    ],
    [['basic.qos', frames.method(1, 'basic.qos', { prefetchCount: 3 })]],
    [['tx.select', frames.method(1, 'tx.select', {})], declared, ...published],
    [['channel.open', frames.method(2, 'channel.open', {})]],
    [['channel.close', frames.method(1, 'channel.close', { replyCode: 200 })]],
    [['connection.update-secret', frames.method(0, 'connection.update-secret', { reason: 'none' })]],
    [['heartbeat', heartbeat]],
  ];
}

const [headLength, endLength] = [7, 1];

/** Ways to break a frame: what it is in words, and the octets that go instead. */
type Way = (octets: Buffer, place: number, value: number) => readonly [says: string, octets: Buffer];

/** The octets with some of them written anew. */
function rewritten(octets: Buffer, write: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(octets);
  write(copy);
  return copy;
}

/** The frame with another payload, of which it says the right size. */
function withPayload(octets: Buffer, payload: Buffer): Buffer {
  const head = rewritten(octets.subarray(0, headLength), (copy) => copy.writeUInt32BE(payload.length, 3));
  return Buffer.concat([head, payload, octets.subarray(octets.length - endLength)]);
}

/** The place of an octet of the payload, or of the end octet where there is none. */
function inPayload(octets: Buffer, place: number): number {
  return headLength + (place % Math.max(octets.length - headLength - endLength, 1));
}

const ways: readonly Way[] = [
  (octets, place, value) => {
    const at = place % octets.length;
    const bit = 1 << (value % 8);
    return [
      `bit ${value % 8} of octet ${at} is flipped`,
      rewritten(octets, (copy) => (copy[at] = (copy[at] ?? 0) ^ bit)),
    ];
  },
  (octets, place, value) => {
    const at = inPayload(octets, place);
    return [`octet ${at} is ${value % 256}`, rewritten(octets, (copy) => (copy[at] = value % 256))];
  },
  (octets, _, value) => {
    const size =
      [0, 1, value % 0xff, octets.length, value % 0x2_00_00, 0x7f_ff_ff_ff, 0xff_ff_ff_ff][value % 7] ?? 0;
    return [`its size is ${size}`, rewritten(octets, (copy) => copy.writeUInt32BE(size, 3))];
  },
  (octets, _, value) => [
    `its type is ${value % 256}`,
    rewritten(octets, (copy) => copy.writeUInt8(value % 256, 0)),
  ],
  (octets, _, value) => {
    const channel = [0, 2, 2_048, 0xff_ff, value % 0x1_00_00][value % 5] ?? 0;
    return [`its channel is ${channel}`, rewritten(octets, (copy) => copy.writeUInt16BE(channel, 1))];
  },
  (octets, _, value) => [
    `its end is ${value % 256}`,
    rewritten(octets, (copy) => copy.writeUInt8(value % 256, copy.length - 1)),
  ],
  (octets, place) => {
    const payload = octets.subarray(headLength, octets.length - endLength);
    const length = place % (payload.length + 1);
    return [`its payload is cut to ${length} octets`, withPayload(octets, payload.subarray(0, length))];
  },
  (octets, place, value) => {
    const payload = octets.subarray(headLength, octets.length - endLength);
    const more = Buffer.alloc((place % 64) + 1, value % 256);
    return [
      `${more.length} octets ${value % 256} follow its payload`,
      withPayload(octets, Buffer.concat([payload, more])),
    ];
  },
  (octets, place, value) => {
    const [classId, methodId] = [
      [10, 20, 40, 50, 60, 85, 90, place % 0x1_00_00][value % 8] ?? 0,
      place % 0x1_00,
    ];
    const numbers = Buffer.alloc(4);
    numbers.writeUInt16BE(classId, 0);
    numbers.writeUInt16BE(methodId, 2);
    const payload = octets.subarray(headLength + 4, Math.max(octets.length - endLength, headLength + 4));
    return [`its method is ${classId}.${methodId}`, withPayload(octets, Buffer.concat([numbers, payload]))];
  },
  (octets, place, value) => {
    const tags = [...octets.keys()].filter(
      (at) => at > headLength + 4 && 'SIFAtl'.includes(String.fromCharCode(octets[at] ?? 0)),
    );
    const at = tags[place % Math.max(tags.length, 1)] ?? inPayload(octets, place);
    const tag = 'zSIFAtTxdVb\0'.charCodeAt(value % 12);
    return [`the type of a field at ${at} is ${tag}`, rewritten(octets, (copy) => copy.writeUInt8(tag, at))];
  },
];

/** Which frame of which conversation is broken, how and where; by numbers that each of them takes as it needs. */
const plan = fc.record({
  conversation: fc.nat(),
  frame: fc.nat(),
  way: fc.nat({ max: ways.length - 1 }),
  place: fc.nat(),
  value: fc.nat(),
});

/**
 * Frames that are broken in one way each, all by the seed alone.
 *
 * @param queue begins the names of the queues that they speak of, which nobody else has
 */
export function brokenFrames(seed: number, count: number, queue: string): readonly BrokenFrame[] {
  return fc
    .sample(plan, { seed, numRuns: count })
    .map(({ conversation, frame, way, place, value }, index): BrokenFrame => {
      const conversations = conversationsWith(`${queue}-${index}`);
      const said = conversations[conversation % conversations.length] ?? [];
      const at = frame % Math.max(said.length, 1);
      const [name, right] = said[at] ?? ['heartbeat', heartbeat];
      const [how, octets] = ways[way]?.(right.bytes, place, value) ?? ['nothing is broken', right.bytes];
      const before = said.slice(0, at).map(([, each]) => each.bytes);
      return {
        octets: Buffer.concat([...before, octets]),
        says: `${name}, ${how}: ${octets.toString('hex')}`,
      };
    });
}
