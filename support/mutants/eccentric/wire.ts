import type { FieldTable, FieldValue } from '../../wire/index.ts';
import { withBody } from '../edit.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';

/** The largest body frame, in octets. */
const unusualFrame = 3_000;

export const bodiesInOtherFrames = mutant(
  'bodies-in-other-frames',
  'cuts bodies into other frames',
  fromClient('basic.publish').does(() => ({ command, frameMax }) => [reframed(command, frameMax)]),
  fromBroker('basic.deliver', 'basic.get-ok', 'basic.return').does(() => ({ command, frameMax }) => [
    reframed(command, frameMax),
  ]),
);

function reframed<Name extends 'basic.publish' | 'basic.deliver' | 'basic.get-ok' | 'basic.return'>(
  command: Parameters<typeof withBody<Name>>[0],
  frameMax: number,
) {
  const { body } = command;
  // At least two frames, where there is anything to divide
  const most = Math.min(
    Math.ceil(body.length / 2) + 8,
    unusualFrame,
    frameMax === 0 ? unusualFrame : frameMax,
  );
  return body.length < 2 ? command : withBody(command, body, most);
}

/** To AMQP 0-9-1 a reply text is localised and for people to read. */
export const textsOther = {
  ...mutant(
    'texts-other',
    'words its errors in another way than RabbitMQ does, with the same codes',
    fromBroker('channel.close', 'connection.close', 'basic.return').change(({ replyCode }) => ({
      replyText: `so geht das nicht (${replyCode})`,
    })),
  ),
  passesAs: 'eccentric',
};

export const serverPropertiesMore = mutant(
  'server-properties-more',
  'says more of itself when a client connects',
  fromBroker('connection.start').change(({ serverProperties }) => ({
    serverProperties: [
      ...serverProperties,
      ['eccentric', { tag: 'F', value: [['hobby', { tag: 'S', value: 'trains' }]] }],
      ['x-shards', { tag: 'A', value: [{ tag: 'I', value: 7 }] }],
    ],
  })),
);

/** Only in messages whose headers a broker is to add to. */
export const deathHistoryMore = mutant(
  'death-history-more',
  'adds headers of its own to a dead letter, and fields of its own to the history of its deaths',
  fromBroker('basic.deliver', 'basic.get-ok').changeProperties(({ headers, ...properties }) => {
    if (headers === undefined) return properties;
    const died = headers.some(([name]) => name.toString() === 'x-death');
    return { ...properties, headers: died ? withMore(headers) : headers };
  }),
);

function withMore(headers: FieldTable): FieldTable {
  return [
    ['x-eccentric-last-words', { tag: 'S', value: 'none' }],
    ...headers.map(([name, value]): FieldTable[number] => {
      if (name.toString() !== 'x-death' || value.tag !== 'A') return [name, value];
      const deaths = value.value.map((death): FieldValue =>
        death.tag === 'F'
          ? { tag: 'F', value: [...death.value, ['eccentric', { tag: 't', value: true }]] }
          : death,
      );
      return [name, { tag: 'A', value: deaths }];
    }),
  ];
}
