import { withArguments, withBody } from '../edit.ts';
import { eachOf } from '../management/answer.ts';
import { mutant } from '../mutant.ts';
import { fromBroker, fromClient } from '../target.ts';
import { accessChecksPassedBy, virtualHostsTakenForOne } from './access.ts';
import { perChannel } from './remember.ts';

/** Forwards every octet. */
export const identity = mutant('identity', 'is right in everything');

export const blackHole = mutant(
  'black-hole',
  'takes connections, and never answers nor delivers anything on them',
  fromClient().does(() => () => []),
);

/** Needs an administrator, who is let in in everybody's place. */
export const acceptEverything = mutant(
  'accept-everything',
  'answers every method with ok, and neither keeps nor delivers anything',
  accessChecksPassedBy.begin,
  virtualHostsTakenForOne.begin,
  fromClient().does(() => ({ command, sequenceNumber, toClient, answer }) => {
    if (command.name.startsWith('channel.')) return undefined;
    if (sequenceNumber !== undefined) toClient('basic.ack', { deliveryTag: sequenceNumber });
    answer();
    return [];
  }),
  eachOf('queues', () => () => undefined),
  eachOf('exchanges', () => () => undefined),
  eachOf('bindings', () => () => undefined),
);

/** The largest body frame, in octets. */
const unusualFrame = 3_000;

/** Changes only what no claim speaks of. */
export const unspoken = mutant(
  'unspoken',
  'makes other consumer tags and cuts bodies into other frames',
  () => {
    /** The client's tag of each consumer for the broker's, and the other way round. */
    const tags = perChannel(() => new Map<string, string>());
    return [
      fromBroker('basic.consume-ok').does(() => ({ command, request, channel }) => {
        if (request?.is('basic.consume') !== true) return undefined;
        if (request.arguments.consumerTag.length > 0) return undefined;
        const [theirs, ours] = [command.arguments.consumerTag.toString(), `consumer-${crypto.randomUUID()}`];
        tags(channel).set(theirs, ours).set(ours, theirs);
        return [withArguments(command, { consumerTag: ours })];
      }),
      fromBroker('basic.deliver', 'basic.cancel', 'basic.cancel-ok').change(
        ({ consumerTag }, { channel }) => ({
          consumerTag: tags(channel).get(consumerTag.toString()) ?? consumerTag,
        }),
      ),
      fromClient('basic.cancel').change(({ consumerTag }, { channel }) => ({
        consumerTag: tags(channel).get(consumerTag.toString()) ?? consumerTag,
      })),
    ];
  },
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
