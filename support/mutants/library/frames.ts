import { decodeArguments, encodeMethod, Frame, frames } from '../../wire/index.ts';
import { withBody } from '../edit.ts';
import { mutant } from '../mutant.ts';
import type { FrameAct, FrameRule, Side } from '../rule.ts';
import { fromBroker, fromClient } from '../target.ts';
import { perConnection } from './remember.ts';

/** The numbers of the types of frames. */
const [method, header, body, heartbeat] = [1, 2, 3, 8];
const protocolHeader = 0x41;
const known: readonly number[] = [method, header, body, heartbeat, protocolHeader];
const frameEnd = 0xce;
const [connectionClass, basicClass] = [10, 60];

/** What is done with the frames of one side, made anew for each run of a proxy. */
function framesOf(from: Side, begin: () => FrameAct): FrameRule {
  return { kind: 'frames', from, begin };
}

function classOf(octets: Buffer): number {
  return octets.readUInt16BE(7);
}

function onChannel(octets: Buffer, channel: number): Buffer {
  const moved = Buffer.from(octets);
  moved.writeUInt16BE(channel, 1);
  return moved;
}

export const laterVersionAnnounced = mutant(
  'later-version-announced',
  'announces a later version of AMQP than the one that it was asked for',
  fromBroker('connection.start').change({ versionMajor: 0, versionMinor: 10 }),
);

const ownHeader = frames.protocolHeader('AMQP', [0, 0, 9, 1]).bytes;

export const anyHeaderTaken = mutant(
  'any-header-taken',
  'takes whatever a client begins with for the protocol header of AMQP 0-9-1',
  framesOf('client', () => {
    const begun = new WeakSet<object>();
    return ({ octets, connection }) => {
      if (begun.has(connection)) return undefined;
      begun.add(connection);
      return octets.equals(ownHeader) ? undefined : [ownHeader];
    };
  }),
);

export const headersRefusedSilently = mutant(
  'headers-refused-silently',
  'refuses a protocol header without saying which one it would take',
  framesOf(
    'broker',
    () =>
      ({ type }) =>
        type === protocolHeader ? [] : undefined,
  ),
);

export const frameEndsMended = mutant(
  'frame-ends-mended',
  'does not look at how a frame ends',
  framesOf('client', () => ({ type, octets }) => {
    if (type === protocolHeader || octets.at(-1) === frameEnd) return undefined;
    return [Buffer.concat([octets.subarray(0, -1), Buffer.of(frameEnd)])];
  }),
);

export const unknownFramesSkipped = mutant(
  'unknown-frames-skipped',
  'passes over frames of a type that it does not know',
  framesOf(
    'client',
    () =>
      ({ type }) =>
        known.includes(type) ? undefined : [],
  ),
);

export const strayContentSkipped = mutant(
  'stray-content-skipped',
  'passes over the header and the body of a content that no method has begun',
  framesOf('client', () => {
    const begun = perConnection(() => new Set<number>());
    return ({ type, channel, octets, connection }) => {
      const channels = begun(connection);
      if (type === method && classOf(octets) === basicClass) channels.add(channel);
      else if (type === method) channels.delete(channel);
      return (type === header || type === body) && !channels.has(channel) ? [] : undefined;
    };
  }),
);

export const contentOfTheConnectionSkipped = mutant(
  'content-of-the-connection-skipped',
  'passes over the header and the body of a content on channel 0',
  framesOf(
    'client',
    () =>
      ({ type, channel }) =>
        (type === header || type === body) && channel === 0 ? [] : undefined,
  ),
);

export const otherContentClassesTaken = mutant(
  'other-content-classes-taken',
  "does not look at the class of a content's header",
  framesOf('client', () => ({ type, octets }) => {
    if (type !== header || classOf(octets) === basicClass) return undefined;
    const own = Buffer.from(octets);
    own.writeUInt16BE(basicClass, 7);
    return [own];
  }),
);

export const heartbeatsOnAnyChannel = mutant(
  'heartbeats-on-any-channel',
  'takes heartbeats on any channel',
  framesOf(
    'client',
    () =>
      ({ type, channel, octets }) =>
        type === heartbeat && channel !== 0 ? [onChannel(octets, 0)] : undefined,
  ),
);

export const connectionMethodsOnAnyChannel = mutant(
  'connection-methods-on-any-channel',
  'takes methods of the connection on any channel',
  framesOf(
    'client',
    () =>
      ({ type, channel, octets }) =>
        type === method && channel !== 0 && classOf(octets) === connectionClass
          ? [onChannel(octets, 0)]
          : undefined,
  ),
);

/** Class and method of `connection.start-ok`. */
const startOk = 0x00_0a_00_0b;

/** Without the properties of the client, which are what is large in it. */
export const largeFirstFramesTaken = mutant(
  'large-first-frames-taken',
  'takes frames of any size before a connection is tuned',
  framesOf('client', () => ({ type, octets }) => {
    if (type !== method || octets.length < 4_096 || octets.readUInt32BE(7) !== startOk) return undefined;
    const said = decodeArguments(new Frame('method', 0, octets), 'connection.start-ok');
    return [encodeMethod(0, 'connection.start-ok', { ...said, clientProperties: [] }).bytes];
  }),
);

export const firstFramesLimitedTooTightly = mutant(
  'first-frames-limited-too-tightly',
  'takes no frame above 2048 octets before a connection is tuned',
  fromClient('connection.start-ok')
    .where((_, { command: { frames: said } }) => said[0].bytes.length > 2_048)
    .does(() => ({ hangUp }) => {
      hangUp();
      return [];
    }),
);

export const agreedFrameMaxForgotten = mutant(
  'agreed-frame-max-forgotten',
  'takes and sends frames as large as it proposed, whatever was agreed upon',
  () => {
    const proposed = perConnection(() => ({ frameMax: 0 }));
    return [
      fromBroker('connection.tune').does(() => ({ command, connection }) => {
        proposed(connection).frameMax = command.arguments.frameMax;
        return undefined;
      }),
      fromClient('connection.tune-ok').change((_, { connection }) => proposed(connection)),
    ];
  },
);

export const fullHeadersRefused = mutant(
  'full-headers-refused',
  'does not take a content header that fills a frame',
  fromClient('basic.publish')
    .where((_, { command, frameMax }) => command.frames[1]?.bytes.length === frameMax)
    .does(() => ({ breakConnection }) => {
      breakConnection({ replyCode: 501, replyText: 'FRAME_ERROR' });
      return [];
    }),
);

export const laterBodyFramesLost = mutant(
  'later-body-frames-lost',
  'keeps only the first frame of a body',
  fromClient('basic.publish').does(() => ({ command, frameMax }) => {
    const [, , first, second] = command.frames;
    if (first === undefined || second === undefined) return undefined;
    return [withBody(command, first.payload, frameMax)];
  }),
);

const badName = /^[^A-Za-z$#]|^$/;

export const fieldNamesChecked = mutant(
  'field-names-checked',
  'refuses tables in which the name of a field begins with anything but a letter, $ or #',
  fromClient('basic.publish')
    .where((_, { command }) =>
      (command.properties.headers ?? []).some(([name]) => badName.test(String(name))),
    )
    .does(() => ({ breakConnection }) => {
      breakConnection({ replyCode: 503, replyText: 'COMMAND_INVALID' });
      return [];
    }),
);

export const oddFieldNamesSent = mutant(
  'odd-field-names-sent',
  'sends tables in which the name of a field begins with a digit',
  fromBroker('connection.start').change(({ serverProperties }) => ({
    serverProperties: [...serverProperties, ['1st', { tag: 't', value: true }]],
  })),
);

export const brokenFramesEndAll = mutant(
  'broken-frames-end-all',
  'ends all connections for a frame of one of them that is broken',
  () => {
    const all = new Set<() => void>();
    return [
      fromClient('connection.open').does(() => ({ hangUp }) => {
        all.add(hangUp);
        return undefined;
      }),
      fromBroker('connection.close')
        .where(({ replyCode }) => replyCode === 501)
        .does(() => () => {
          for (const hangUp of all) hangUp();
          all.clear();
          return [];
        }),
    ];
  },
);
