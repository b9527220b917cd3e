import { gunzipSync } from 'node:zlib';
import { mutant, widely } from '../mutant.ts';
import { withBody } from '../edit.ts';
import { fromBroker } from '../target.ts';
import { lose } from './lose.ts';
import { because } from './because.ts';

const messages = fromBroker('basic.deliver', 'basic.get-ok', 'basic.return');

/** An empty body stays as it is. */
export const bodiesCorrupted = widely(
  because.bodies,
  mutant(
    'bodies-corrupted',
    'flips a bit in the last byte of each body',
    messages.changeBody((body) => {
      const last = body.at(-1);
      return last === undefined ? body : Buffer.concat([body.subarray(0, -1), Buffer.of(last ^ 1)]);
    }),
  ),
);

export const bodiesTakenForText = mutant(
  'bodies-taken-for-text',
  'treats bodies as UTF-8 and replaces what is not',
  messages.changeBody((body) => Buffer.from(body.toString('utf8'))),
);

export const bodiesEndAtZero = mutant(
  'bodies-end-at-zero',
  'cuts bodies off at their first zero byte',
  messages.changeBody((body) => (body.includes(0) ? body.subarray(0, body.indexOf(0)) : body)),
);

export const compressedBodiesUnpacked = mutant(
  'compressed-bodies-unpacked',
  'unpacks bodies that are compressed as their content encoding gzip says',
  messages.changeBody((body) => (isCompressed(body) ? gunzipSync(body) : body)),
);

/** @param longest octets */
export function bodiesCutAt(longest: number) {
  return mutant(
    `bodies-cut-at-${longest}`,
    `keeps only the first ${longest} bytes of a body`,
    messages.changeBody((body) => body.subarray(0, longest)),
  );
}

export const laterCopiesCut = mutant(
  'later-copies-cut',
  'delivers the second copy of a message, and all later ones, without what does not fit into one frame',
  fromBroker('basic.deliver', 'basic.get-ok').does(() => {
    const whole = new Set<string>();
    return ({ command, frameMax }) => {
      const { body } = command;
      // A frame has eight octets around its payload
      const longest = frameMax - 8;
      if (frameMax === 0 || body.length <= longest) return undefined;
      const content = body.toString('latin1');
      if (!whole.has(content)) {
        whole.add(content);
        return undefined;
      }
      return [withBody(command, body.subarray(0, longest), frameMax)];
    };
  }),
);

export const emptyBodiesLost = mutant(
  'empty-bodies-lost',
  'loses messages whose body is empty',
  fromBroker('basic.deliver', 'basic.get-ok').does(
    () => (moment) => (moment.command.body.length > 0 ? undefined : lose(moment)),
  ),
);

/** As each gzip file begins. */
function isCompressed(body: Buffer): boolean {
  return body[0] === 0x1f && body[1] === 0x8b;
}
