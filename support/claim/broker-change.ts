import type { BrokerUnderTest } from '../broker/under-test/client.ts';
import type { OwnTime } from '../waiting/own-time.ts';

/** A change of the whole broker, as Erlang expressions for `rabbitmqctl eval`. */
export interface BrokerChange {
  /** Tells it from others. */
  name: string;
  make: string;
  /** Takes it back; it is given what `make` evaluated to. */
  undo: (before: string) => string;
}

/** By name. Apart from a run's other files, so one file's stories are all there are. */
const changes = new Map<string, { stories: number; before: string; done: Promise<void> }>();

/**
 * Runs a story while the broker is changed, by `rabbitmqctl`. The first of the stories that run at once makes the
 * change, and the last one takes it back.
 *
 * @param aside waits for both
 */
export async function whileChanged(
  broker: Pick<BrokerUnderTest, 'control'>,
  aside: OwnTime['aside'],
  { name, make, undo }: BrokerChange,
  story: () => Promise<void>,
): Promise<void> {
  const change = changes.get(name) ?? { stories: 0, before: '', done: Promise.resolve() };
  changes.set(name, change);
  const evaluated = async (expression: string) => (await broker.control('eval', `${expression}.`)).trim();
  const makeIt = async () => {
    change.before = await evaluated(make);
  };
  const undoIt = async () => {
    await evaluated(undo(change.before));
  };
  change.stories += 1;
  if (change.stories === 1) change.done = change.done.then(makeIt);
  try {
    await aside(() => change.done);
    await story();
  } finally {
    change.stories -= 1;
    if (change.stories === 0) change.done = change.done.then(undoIt);
    await aside(() => change.done);
  }
}

/**
 * Another setting of the broker's application `rabbit`.
 *
 * @param name `consumer_timeout`
 * @param value an Erlang term; the same for all stories that run at once
 */
export function settingChanged(name: string, value: string): BrokerChange {
  return {
    name,
    // In one call: a rabbitmqctl takes seconds to start on a busy machine
    make: `Before = application:get_env(rabbit, ${name}), application:set_env(rabbit, ${name}, ${value}), Before`,
    undo: (before) => {
      const value = /^\{ok,(?<value>.*)\}$/s.exec(before)?.groups?.['value'];
      return value === undefined
        ? `application:unset_env(rabbit, ${name})`
        : `application:set_env(rabbit, ${name}, ${value})`;
    },
  };
}
