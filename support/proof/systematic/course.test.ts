import { expect, test } from 'vitest';
import { systematicMutants } from '../../mutants/systematic/index.ts';
import { SystematicCourse } from './course.ts';
import { countsOf, judged } from './summary.ts';
import { rateText } from './rate.ts';
import type { Unnoticed } from './unnoticed.ts';

function nobody(): boolean {
  return false;
}

function mutantsOf(...names: string[]) {
  return names.map((wanted) => {
    const mutant = systematicMutants.find(({ name }) => name === wanted);
    if (mutant === undefined) throw new TypeError(`There is no mutant ${wanted}.`);
    return mutant;
  });
}

const [purge, flag] = ['says/queue.purge-ok/messageCount/one-more', 'hears/basic.publish/mandatory/flipped'];

function claim(id: string, ...refutedBy: string[]) {
  return { id, refutedBy: refutedBy.map((name) => ({ name, says: '' })) };
}

test('the spec is tried first whose claim is about the method, then the quick ones, until one kills', () => {
  const course = new SystematicCourse(mutantsOf(flag));
  const stirred = [flag];
  course.watched('queues/slow', { claim: claim('queues/slow'), text: '', stirred, duration: 900 });
  course.watched('queues/quick', { claim: claim('queues/quick'), text: '', stirred, duration: 10 });
  course.watched('publishing/about', {
    claim: claim('publishing/about', 'published-twice'),
    text: '',
    stirred,
    duration: 500,
  });
  expect(course.next(nobody)).toEqual({ 'publishing/about': [flag] });
  course.ended('publishing/about', flag, 'survived', undefined);
  expect(course.next(nobody)).toEqual({ 'queues/quick': [flag], 'queues/slow': [flag] });
  course.ended('queues/slow', flag, 'void', 'it broke');
  course.ended('queues/quick', flag, 'killed', 'it was noticed');
  expect(course.next(nobody)).toEqual({});
  expect(course.standings).toEqual([
    expect.objectContaining({
      name: flag,
      result: 'killed',
      by: 'queues/quick',
      message: 'it was noticed',
      tried: 3,
      void: 1,
    }),
  ]);
});

test('the spec whose text names what is changed is likelier than one that is about the method', () => {
  const course = new SystematicCourse(mutantsOf(flag));
  const stirred = [flag];
  const about = claim('publishing/about', 'published-twice');
  course.watched('publishing/about', { claim: about, text: '', stirred, duration: 10 });
  const text = 'publish(…, { mandatory: true })';
  course.watched('publishing/returns', { claim: claim('publishing/returns'), text, stirred, duration: 10 });
  expect(course.next(nobody)).toEqual({ 'publishing/returns': [flag] });
});

test('who has killed a mutant before tries it first', () => {
  const course = new SystematicCourse(mutantsOf(purge), new Map([[purge, 'queues/slow']]));
  for (const [outcome, duration] of [
    ['queues/slow', 900],
    ['queues/quick', 10],
  ] as const)
    course.watched(outcome, { claim: claim(outcome), text: '', stirred: [purge], duration });

  expect(course.next(nobody)).toEqual({ 'queues/slow': [purge] });
});

test('a mutant of which it is known why nothing notices it meets few specs, any other one all of them', () => {
  const course = (isExplained: boolean) => {
    const own = new SystematicCourse(mutantsOf(purge));
    for (let number = 0; number < 40; number += 1) {
      own.watched(`queues/${number}`, {
        claim: claim(`queues/${number}`),
        text: '',
        stirred: [purge],
        duration: 1,
      });
    }

    for (let round = 0; ; round += 1) {
      const crossings = own.next(() => isExplained);
      if (Object.keys(crossings).length === 0) return own.standings[0]?.tried;
      for (const outcome of Object.keys(crossings)) own.ended(outcome, purge, 'survived', undefined);
    }
  };
  expect(course(false)).toBe(40);
  expect(course(true)).toBe(3);
});

test('what survives is bad unless it is known why, and what is killed must not be explained', () => {
  const standing = { says: '', kind: 'bit', tried: 1, void: 0 } as const;
  const known: Unnoticed = { why: 'untellable', because: 'Nobody is told.' };
  const timing: Unnoticed = { why: 'timing', because: 'The second may come too late.' };
  const all = judged(
    [
      { ...standing, name: 'killed', result: 'killed' },
      { ...standing, name: 'killed in spite of it', result: 'killed' },
      { ...standing, name: 'killed in time', result: 'killed' },
      { ...standing, name: 'too late', result: 'survived' },
      { ...standing, name: 'survived', result: 'survived' },
      { ...standing, name: 'explained', result: 'survived' },
      { ...standing, name: 'elsewhere', result: 'not applicable' },
    ],
    new Map([
      ['killed in spite of it', known],
      ['killed in time', timing],
      ['too late', timing],
      ['explained', known],
    ]),
  );
  expect(all.filter(({ isBad }) => isBad).map(({ name }) => name)).toEqual([
    'killed in spite of it',
    'survived',
  ]);
  expect(countsOf(all)).toEqual({ mutants: 6, killed: 3, explained: 2 });
  expect(rateText(countsOf(all))).toBe('83.3 %');
  expect(rateText({ mutants: 10_000, killed: 9_999, explained: 0 })).toBe('99.9 %');
});
