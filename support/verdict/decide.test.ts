import { afterAll, describe, expect, test } from 'vitest';
import { channelError } from '../actors/refusal.ts';
import { CouldNotRun } from '../errors.ts';
import { premise } from '../expectations/premise.ts';
import '../expectations/register.ts';
import { ManagementError } from '../management/error.ts';
import { Unanswered } from '../waiting/until.ts';
import { ConnectionLost, ConversationError, RawConnection, RefusedByBroker } from '../wire/index.ts';
import { FakePeer } from '../wire/fake-peer.test-support.ts';
import { concluded, judge, type Seen, withDeviation } from './decide.ts';
import { faultOf, reported } from './fault.ts';
import type { ClaimOutcome } from './outcome.ts';
import { withTrials } from './trial.ts';

const refused = new RefusedByBroker({
  scope: 'channel',
  code: 404,
  text: 'NOT_FOUND - no queue',
  method: 'queue.declare',
});
const peer = FakePeer.start({ 'protocol-header': () => {} });
afterAll(async () => (await peer).close());

/** What these really throw. */
const thrownBy: Record<string, () => unknown> = {
  'an assertion of vitest': () => expect(1).toBe(2),
  'a promise that was to be kept': () => expect(Promise.reject(refused)).resolves.toBe(1),
  'a poll of vitest': () => expect.poll(() => 1, { timeout: 20, interval: 5 }).toBe(2),
  'the matcher of a refusal': () => expect(Promise.resolve()).toBeRefused(channelError(404, 'NOT_FOUND')),
  'the matcher of an acceptance': () => expect(Promise.reject(refused)).toBeAccepted(),
  'the matcher of what becomes true': () => expect(async () => 1).toBecome(2, { within: 20 }),
  'a broker that answers others and never this': () =>
    expect(Promise.reject(new Unanswered('The broker never answered queue.declare.'))).toBeAccepted(),
  'a conversation on the wire': async () => {
    const raw = await RawConnection.connect((await peer).address);
    try {
      await raw.expect('connection.start', { within: 20 });
    } finally {
      raw.destroy();
    }
  },
  'a premise': () => premise(() => expect(1).toBe(2)),
  'a premise about what the broker does': () => premise(expect(Promise.reject(refused)).toBeAccepted()),
  'a refusal that nobody expected': () => Promise.reject(refused),
  'a lost connection': () => Promise.reject(new ConnectionLost('read ECONNRESET')),
  'a lost connection, where an acceptance was expected': () =>
    expect(Promise.reject(new ConnectionLost('read ECONNRESET'))).toBeAccepted(),
  'a lost connection, where a refusal was expected': () =>
    expect(Promise.reject(new ConnectionLost('read ECONNRESET'))).toBeRefused(channelError(404, '')),
  'a broker that is slow to all': () =>
    expect(Promise.reject(new CouldNotRun('The broker was slow to all.'))).toBeAccepted(),
  'silence where nothing was expected': () => Promise.reject(new Unanswered('No answer to queue.bind.')),
  'an answer of the management API': () =>
    Promise.reject(new ManagementError({ method: 'GET', path: '/api/queues' }, 500, '')),
  'a limit of the harness': () => Promise.reject(new CouldNotRun('The spec did not end within 30000 ms.')),
  'a mistake in the spec': () => Promise.reject(new TypeError('undefined is not a function')),
  'an error with what others call actual and expected': () =>
    Promise.reject(Object.assign(new Error('handshake'), { actual: 1, expected: 2 })),
  'no error at all': () => Promise.reject(undefined),
};

async function thrown(by: string): Promise<unknown> {
  try {
    await thrownBy[by]?.();
  } catch (error) {
    return error;
  }
  throw new Error(`${by} threw nothing.`);
}

describe('a spec that was ended by', () => {
  test.for([
    ['an assertion of vitest', 'violated', 'expected 1 to be 2 // Object.is equality'],
    ['a promise that was to be kept', 'violated', 'instead of resolving'],
    ['a poll of vitest', 'violated', 'expected 1 to be 2'],
    ['the matcher of a refusal', 'violated', 'The broker was to refuse with: channel error 404'],
    ['the matcher of an acceptance', 'violated', 'The broker was to accept it.'],
    ['the matcher of what becomes true', 'violated', 'It was to become: 2'],
    ['a broker that answers others and never this', 'violated', 'The broker never answered queue.declare.'],
    ['a conversation on the wire', 'violated', 'Expected connection.start'],
    ['a premise', 'could not run', 'premise: expected 1 to be 2'],
    ['a premise about what the broker does', 'could not run', 'premise: The broker was to accept it.'],
    [
      'a refusal that nobody expected',
      'could not run',
      'The broker refused what the spec takes for granted.',
    ],
    ['a lost connection', 'could not run', 'read ECONNRESET'],
    ['a lost connection, where an acceptance was expected', 'could not run', 'read ECONNRESET'],
    ['a lost connection, where a refusal was expected', 'could not run', 'read ECONNRESET'],
    ['a broker that is slow to all', 'could not run', 'The broker was slow to all.'],
    ['silence where nothing was expected', 'could not run', 'No answer to queue.bind.'],
    ['an answer of the management API', 'could not run', 'GET /api/queues was answered with 500'],
    ['a limit of the harness', 'could not run', 'The spec did not end within 30000 ms.'],
    ['a mistake in the spec', 'could not run', 'undefined is not a function'],
    ['an error with what others call actual and expected', 'could not run', 'handshake'],
    ['no error at all', 'could not run', 'undefined'],
  ] as const)('%s: %s', async ([by, verdict, reason]) => {
    const judgement = judge({ faults: [faultOf(await thrown(by))] });

    expect(judgement.verdict).toBe(verdict);
    expect(judgement.reason).toContain(reason);
  });
});

describe('of all that was seen', () => {
  const assertion = { kind: 'assertion', says: 'expected 1 to be 2' } as const;
  const refusal = { kind: 'refusal', says: 'The broker closed the channel: 404' } as const;
  const obstacle = { kind: 'obstacle', says: 'undefined is not a function' } as const;
  const lost = [{ actor: 'worker', why: 'read ECONNRESET' }];
  const unfit = { verdict: 'not testable', reason: 'Missing: ctl' } as const;

  test.for([
    ['nothing went wrong', { faults: [] }, 'holds', undefined],
    ['nothing went wrong, and a connection was lost', { faults: [], lost }, 'holds', undefined],
    [
      'assertions failed',
      { faults: [assertion, { ...assertion, says: 'another' }] },
      'violated',
      'expected 1 to be 2',
    ],
    [
      'an assertion failed, and something else',
      { faults: [assertion, obstacle] },
      'could not run',
      obstacle.says,
    ],
    [
      'an assertion failed, and a refusal came',
      { faults: [assertion, refusal] },
      'could not run',
      `The broker refused what the spec takes for granted. ${refusal.says}`,
    ],
    [
      'the broker died',
      { faults: [assertion], gone: 'The broker died: killed' },
      'could not run',
      'The broker died: killed',
    ],
    [
      'an actor lost its connection',
      { faults: [assertion], lost },
      'could not run',
      'worker lost its connection, which the spec did not end: read ECONNRESET',
    ],
    ['it was not tried', { faults: [], unfit }, 'not testable', 'Missing: ctl'],
  ] as const satisfies readonly (readonly [string, Seen, string, string | undefined])[])(
    '%s',
    ([_, seen, verdict, reason]) => {
      expect(judge(seen)).toEqual({ verdict, ...(reason === undefined ? {} : { reason }) });
    },
  );
});

test('what a soft expectation threw is known, though vitest makes it plain data', () => {
  const soft = {
    name: 'AssertionError',
    message: "expected 'first' to be '1'",
    expected: '1',
    actual: 'first',
  };

  expect(judge({ faults: [faultOf(soft)] })).toEqual({ verdict: 'violated', reason: soft.message });
  expect(judge({ faults: [faultOf({ ...soft, name: 'TypeError' })] }).verdict).toBe('could not run');
  expect(reported(soft)).toEqual(soft);
});

test('an error is told with what was expected and seen, integers of 64 bits too', () => {
  const error = new ConversationError('an answer', 'nothing came', ['→ queue.declare']);

  expect(reported(error)).toMatchObject({ expected: 'an answer', actual: 'nothing came' });
  expect(reported(Object.assign(new Error('x'), { actual: [1n], expected: undefined }))).toMatchObject({
    actual: '[\n  "1n"\n]',
  });
});

describe('where the profile declares a deviation', () => {
  const deviation = { because: 'It keeps everything.', link: 'https://example.org/why' };
  const declared = 'It keeps everything. (https://example.org/why)';

  test.for([
    ['violated', 'deviates', declared],
    ['holds', 'violated', `The profile declares a deviation that does not occur: ${declared}`],
    ['not testable', 'not testable', undefined],
    ['not applicable', 'not applicable', undefined],
    ['could not run', 'could not run', undefined],
  ] as const)('%s becomes %s', ([seen, verdict, reason]) => {
    const outcome = withDeviation({ verdict: seen, errors: [] }, deviation);

    expect(outcome).toMatchObject({ verdict, ...(reason === undefined ? {} : { reason }) });
    expect(withDeviation({ verdict: seen, errors: [] }, undefined)).toEqual({ verdict: seen, errors: [] });
  });
});

describe('as the runner ended it', () => {
  const outcome = (verdict: ClaimOutcome['verdict'], ...errors: string[]): ClaimOutcome => ({
    verdict,
    errors: errors.map((message) => ({ name: 'Error', message })),
  });
  const errors = [{ name: 'Error', message: 'clean-up failed\nat once' }];
  const common = { errors: [], around: [], state: 'failed' } as const;

  test.for([
    ['with an outcome', { ...common, outcome: outcome('holds'), state: 'passed' }, 'holds', undefined],
    [
      'in another way than its outcome says',
      { ...common, outcome: outcome('holds'), errors },
      'could not run',
      'clean-up failed\nat once',
    ],
    [
      'violated, with the same error',
      { ...common, outcome: outcome('violated', 'clean-up failed\nat once'), errors },
      'violated',
      undefined,
    ],
    [
      'without an outcome, by an error',
      { ...common, outcome: undefined, errors },
      'could not run',
      'clean-up failed',
    ],
    [
      'without an outcome, by an error around it',
      { ...common, outcome: undefined, around: errors },
      'could not run',
      'clean-up failed',
    ],
    [
      'by its worker’s death',
      { ...common, outcome: undefined, state: 'pending' },
      'could not run',
      'The spec did not end: the process that ran it died.',
    ],
    [
      'by a skip',
      { ...common, outcome: undefined, state: 'skipped', note: 'later' },
      'could not run',
      'The spec was skipped without a verdict (later).',
    ],
    ['by nothing', { ...common, outcome: undefined }, 'could not run', 'The spec ended without a verdict.'],
  ] as const)('%s', ([_, ended, verdict, reason]) => {
    const result = concluded(ended);

    expect(result.verdict).toBe(verdict);
    expect(result.reason).toBe(reason);
  });
});

describe('with what trials showed', () => {
  const trial = (
    mutant: string,
    result: 'killed' | 'survived' | 'not applicable' | 'broken' | 'coupled',
  ) => ({
    mutant,
    says: 'does something else',
    result,
  });
  const refutedBy = [{ name: 'one' }, { name: 'two' }];

  test.for([
    ['each mutant was killed', [trial('one', 'killed'), trial('two', 'killed')], 'proven'],
    ['one does not apply', [trial('one', 'killed'), trial('two', 'not applicable')], 'proven'],
    ['one survived', [trial('one', 'killed'), trial('two', 'survived')], 'holds'],
    ['one was not tried', [trial('one', 'killed')], 'holds'],
    ['none applies', [trial('one', 'not applicable'), trial('two', 'not applicable')], 'holds'],
    [
      'a control went wrong',
      [trial('one', 'killed'), trial('two', 'killed'), trial('identity', 'broken')],
      'holds',
    ],
    ['it is coupled', [trial('one', 'killed'), trial('two', 'killed'), trial('three', 'coupled')], 'proven'],
    ['there were none', [], 'holds'],
  ] as const)('%s: %s', ([_, trials, verdict]) => {
    expect(withTrials('holds', trials, refutedBy)).toBe(verdict);
    expect(withTrials('violated', trials, refutedBy)).toBe('violated');
  });
});
