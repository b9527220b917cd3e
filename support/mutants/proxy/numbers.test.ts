import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { runs, timeForRuns } from '../../wire/arbitraries.test-support.ts';
import { ConfirmSequence } from './confirm-sequence.ts';
import { DeliveryTags } from './delivery-tags.ts';

type Fate = 'passed' | 'lost' | 'doubled';

const copies = { passed: [1], lost: [], doubled: [1, 2] } as const;

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Fate>('passed') },
  fc.constant<Fate>('lost'),
  fc.constant<Fate>('doubled'),
);

const delivering = fc.record({
  what: fc.constant('deliver' as const),
  fate,
  byClient: fc.boolean(),
  forBroker: fc.boolean(),
});
const settling = fc.record({
  what: fc.constant('settle' as const),
  tag: fc.bigInt({ min: 0n, max: 40n }),
  multiple: fc.boolean(),
});

test(
  'whatever is lost and doubled, what a client settles is settled at the broker, and nothing else',
  timeForRuns,
  () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(delivering, settling), { maxLength: 60 }), (steps) => {
        const tags = new DeliveryTags();
        /** What the broker waits for. */
        const awaited = new Set<bigint>();
        /** What the client holds: its tags, each with the message for which the broker waits, if it does. */
        const held = new Map<bigint, bigint | undefined>();
        let [atBroker, atClient] = [0n, 0n];
        const seen: bigint[][] = [];
        const expected: bigint[][] = [];
        for (const step of steps) {
          if (step.what === 'deliver') {
            atBroker += 1n;
            if (step.forBroker) awaited.add(atBroker);
            tags.arrived(atBroker, step);
            if (step.fate === 'lost') tags.lost();
            for (const copy of copies[step.fate]) {
              atClient += 1n;
              seen.push([tags.given(atBroker)]);
              expected.push([atClient]);
              if (step.byClient) held.set(atClient, step.forBroker && copy === 1 ? atBroker : undefined);
            }
            continue;
          }
          const { tag, multiple } = step;
          const known = held.has(tag) || (multiple && tag === 0n);
          const meant = multiple ? [...held.keys()].filter((each) => tag === 0n || each <= tag) : [tag];
          const settled = tags.settled(tag, multiple);
          // A broker refuses a tag that it does not wait for, also with multiple
          const refused = tag > 0n && !awaited.has(tag);
          const upTo = [...awaited].filter((each) => (multiple ? tag === 0n || each <= tag : each === tag));
          const asSaid = refused ? [] : upTo;
          const atOnce = settled === 'same' ? asSaid : settled.filter((each) => awaited.has(each));
          seen.push(atOnce.toSorted(byValue));
          expected.push(known ? meant.flatMap((each) => held.get(each) ?? []).toSorted(byValue) : []);
          // That is the end of the channel
          if (!known) break;
          for (const each of meant) held.delete(each);
          for (const each of atOnce) awaited.delete(each);
        }
        expect(seen).toEqual(expected);
      }),
      runs,
    );
  },
);

const publishing = fc.record({ what: fc.constant('publish' as const), fate });
const confirming = fc.record({
  what: fc.constant('confirm' as const),
  pick: fc.nat(),
  multiple: fc.boolean(),
});

test(
  'whatever is lost and doubled, a client hears of each message that arrived once, by its own number',
  timeForRuns,
  () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(publishing, confirming), { maxLength: 60 }), (steps) => {
        const sequence = new ConfirmSequence();
        /** What the broker has not confirmed, by its number: the client's, for the first copy. */
        const open = new Map<bigint, bigint | undefined>();
        let [atClient, atBroker] = [0n, 0n];
        const seen: bigint[][] = [];
        const expected: bigint[][] = [];
        for (const step of steps) {
          if (step.what === 'publish') {
            atClient += 1n;
            seen.push([sequence.published()]);
            expected.push([atClient]);
            for (const copy of copies[step.fate]) {
              atBroker += 1n;
              const number = copy === 1 ? atClient : undefined;
              sequence.forwarded(number);
              open.set(atBroker, number);
            }
            continue;
          }
          const tag = [...open.keys()][step.pick % Math.max(open.size, 1)];
          if (tag === undefined) continue;
          const meant = [...open.keys()].filter((each) => (step.multiple ? each <= tag : each === tag));
          const numbers = meant.flatMap((each) => open.get(each) ?? []);
          // What is passed on as it came has to mean the same to both
          seen.push(sequence.diverged ? numbers : meant, sequence.confirmed(tag, step.multiple));
          expected.push(numbers, numbers);
          for (const each of meant) open.delete(each);
        }
        expect(seen).toEqual(expected);
      }),
      runs,
    );
  },
);

function byValue(one: bigint, other: bigint): number {
  return Number(one - other);
}
