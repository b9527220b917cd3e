import type { Queue } from '../actors/queue.ts';
import { RefusedByBroker } from '../wire/index.ts';
import { SpecMistake } from '../errors.ts';
import { ManagementError } from '../management/error.ts';
import { askUntil } from '../waiting/until.ts';
import { history } from '../evidence/history.ts';
import type { MatcherResult } from './matcher.ts';

/** The counters of a queue that a spec expects; one that is not named does not matter. */
export interface ExpectedCounters {
  /** Messages that wait in the queue. */
  ready?: number;
  /** Messages that were delivered and not acknowledged yet. */
  unacknowledged?: number;
  consumers?: number;
  /** `running`; `idle` counts as running, as newer brokers say for a queue with nothing to do. */
  state?: string;
}

/**
 * Passes when the witnesses come to say so: `declare-ok` for messages that are ready and consumers, the
 * management API for messages and state.
 */
export async function toHaveCounters(
  equals: (actual: unknown, expected: unknown) => boolean,
  queue: Queue,
  expected: ExpectedCounters,
  options: { within?: number } = {},
): Promise<MatcherResult> {
  const [told, asked] = [declareOk(expected), managementApi(expected)];
  const amqp = await askUntil(
    () => answer(queue.counts()),
    (seen) => seen.refused !== undefined || equals(named(seen, told), told),
    options,
  );
  const management = await askUntil(
    () => answer(counters(queue)),
    (seen) => seen.refused !== undefined || equals(named(seen, asked), asked),
    options,
  );
  const seen = { ...named(amqp, told), ...named(management, asked) };
  const pass = equals(named(amqp, told), told) && equals(named(management, asked), asked);
  return {
    pass,
    message: () =>
      [
        `Queue ${queue.name} was ${pass ? 'not ' : ''}to have ${JSON.stringify(expected)}`,
        `declare-ok said last:         ${JSON.stringify(amqp)}`,
        `the management API said last: ${JSON.stringify(management)}`,
        ...history(queue.arranging.recorder),
      ].join('\n'),
    actual: seen,
    expected,
  };
}

/** That a queue can't be asked, since it is gone, is something to be seen as well. */
async function answer(question: Promise<ExpectedCounters>): Promise<ExpectedCounters & { refused?: string }> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof RefusedByBroker || error instanceof ManagementError)
      return { refused: error.message };
    throw error;
  }
}

async function counters({ name, arranging }: Queue): Promise<ExpectedCounters> {
  if (arranging.management === undefined)
    throw new SpecMistake(`Queue counters need the management API: say so, needs: ['management'].`);

  const { ready, unacknowledged, state } = await arranging.management
    .in(arranging.virtualHost)
    .queues.totals(name);
  const counted = {
    ...(ready === undefined ? {} : { ready }),
    ...(unacknowledged === undefined ? {} : { unacknowledged }),
    ...(state === undefined ? {} : { state: state === 'idle' ? 'running' : state }),
  };
  arranging.recorder.addCounters({ queue: name, ...counted, witness: 'management' });
  return counted;
}

/** What `declare-ok` tells; both are live. */
function declareOk(expected: ExpectedCounters): ExpectedCounters {
  return only(expected, ['ready', 'consumers']);
}

/** What the management API tells live; its number of consumers is sampled, every 5 s by default. */
function managementApi(expected: ExpectedCounters): ExpectedCounters {
  return only(expected, ['ready', 'unacknowledged', 'state']);
}

function only(expected: ExpectedCounters, keys: (keyof ExpectedCounters)[]): ExpectedCounters {
  return Object.fromEntries(
    Object.entries(expected).filter(([key]) => keys.includes(key as keyof ExpectedCounters)),
  );
}

function named(seen: ExpectedCounters, expected: ExpectedCounters): ExpectedCounters {
  return Object.fromEntries(Object.keys(expected).map((key) => [key, seen[key as keyof ExpectedCounters]]));
}
