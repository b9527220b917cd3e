import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { MethodName } from '../wire/index.ts';
import { methods } from '../wire/methods.ts';
import { MutatedBrokerOfTests } from './mutated-broker-of-tests.test-support.ts';
import { identity } from './library/controls.ts';
import type { ManagementRule } from './management/rule.ts';
import { type Mutant, mutant } from './mutant.ts';
import { MutantAtWork } from './proxy/mutant-at-work.ts';
import type { AmqpRule, Side } from './rule.ts';
import { every, demonstrations } from './demonstrations/index.test-support.ts';
import type { Bench } from './demonstrations/demonstration.test-support.ts';
import { watching } from './watching.ts';

const tested = new MutatedBrokerOfTests();

/** Tells a mutant again what was said. */
type Said = (atWork: MutantAtWork) => void;

const everyMethod: ReadonlySet<MethodName> = new Set(Object.keys(methods) as MethodName[]);

/** All that is said in a story with a right broker. */
async function saidIn(story: (bench: Bench) => Promise<unknown>): Promise<Said[]> {
  const said: Said[] = [];
  const heard = (from: Side): AmqpRule => ({
    kind: 'amqp',
    from,
    methods: everyMethod,
    begin: () => (moment) => {
      said.push((atWork) => {
        for (const act of atWork.acts(from, moment.command.name)) act(moment);
      });
      return undefined;
    },
  });
  const asked: ManagementRule = {
    kind: 'management',
    begin: () => (answer, request) => {
      said.push((atWork) => {
        for (const { change } of atWork.management) change(answer, request);
      });
      return answer;
    },
    swallows: (request) => {
      said.push((atWork) => {
        for (const { swallows } of atWork.management) swallows?.(request);
      });
      return false;
    },
    sends: (body, request) => {
      said.push((atWork) => {
        for (const { sends } of atWork.management) sends?.(body, request);
      });
      return body;
    },
  };
  await tested.shows(mutant('heard', 'is listened to', heard('client'), heard('broker'), asked), story);
  return said;
}

/** At which of all that was said each mutant stirs first; those that stay still are left out. */
async function stirring(mutants: readonly Mutant[], said: readonly Said[]): Promise<Record<string, number>> {
  // Others wait for what a broker says in time
  await setImmediate();
  const watch = watching(identity, mutants);
  const atWork = new MutantAtWork(watch.mutant, undefined);
  const first: Record<string, number> = {};
  for (const [index, again] of said.entries()) {
    again(atWork);
    for (const name of watch.seen().stirred) first[name] ??= index;
  }
  return first;
}

/** What others do shows only to who is there. */
function isToldOfMethods({ begin }: Mutant): boolean {
  return begin().every(({ kind }) => kind === 'amqp' || kind === 'management');
}

// None remembers what another was told, or what it was told itself when it was watched before
for (const demonstration of demonstrations) {
  test.concurrent(`${demonstration.title}: mutants that are watched together see what each sees alone`, async (context) => {
    tested.skipUnless(demonstration, context);
    const said = await saidIn(demonstration.observe);
    const alone: Record<string, number>[] = [];
    for (const each of every) alone.push(await stirring([each], said));
    const together = await stirring(every, said);
    expect(together).toEqual(Object.assign({}, ...alone));
    expect(Object.keys(together)).toEqual(
      expect.arrayContaining(
        demonstration.wrong.flatMap(([each]) => (isToldOfMethods(each) ? [each.name] : [])),
      ),
    );
  });
}
