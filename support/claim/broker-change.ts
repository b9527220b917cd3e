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
const changes = new Map<string, Change>();

interface Change {
  /** How many run. */
  stories: number;
  before: string;
  /** That the broker is as it is to be for those that run. */
  done: Promise<void>;
  /** That it is as it was before, when the last of them has ended. */
  undone: Promise<void>;
  end: () => void;
}

/**
 * Runs a story while the broker is changed, by `rabbitmqctl`. The first of the stories that run at once makes the
 * change, and the last one takes it back. One that fails waits for that, so that whoever looks then why it failed sees the
 * broker as it is by itself.
 *
 * @param aside waits for both
 * @param options `meeting`: the stories meet, and do not wait for one that fails: it does not wait for them either
 */
export async function whileChanged(
  broker: Pick<BrokerUnderTest, 'control'>,
  aside: OwnTime['aside'],
  { name, make, undo }: BrokerChange,
  story: () => Promise<void>,
  { meeting = false }: { meeting?: boolean } = {},
): Promise<void> {
  const untouched = Promise.resolve();
  const change = changes.get(name) ?? {
    stories: 0,
    before: '',
    done: untouched,
    undone: untouched,
    end: () => undefined,
  };
  changes.set(name, change);
  const evaluated = async (expression: string) => (await broker.control('eval', `${expression}.`)).trim();
  const makeIt = async () => {
    change.before = await evaluated(make);
  };
  const undoIt = async () => {
    await evaluated(undo(change.before));
  };
  change.stories += 1;
  if (change.stories === 1) {
    change.done = change.done.then(makeIt);
    change.undone = new Promise((resolve) => (change.end = resolve));
  }
  const { undone } = change;
  let succeeded = false;
  try {
    await aside(() => change.done);
    await story();
    succeeded = true;
  } finally {
    change.stories -= 1;
    if (change.stories === 0) {
      change.done = change.done.then(undoIt);
      void change.done.then(change.end, change.end);
    }
    await aside(() => change.done);
    if (!succeeded && !meeting) await aside(() => undone);
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

/**
 * A memory alarm, as `rabbitmqctl set_vm_memory_high_watermark 0` makes one; it goes on when that is there.
 *
 * @see https://www.rabbitmq.com/docs/alarms
 */
export const memoryAlarm: BrokerChange = {
  name: 'memory alarm',
  make:
    'Before = vm_memory_monitor:get_vm_memory_high_watermark(), ' +
    'ok = vm_memory_monitor:set_vm_memory_high_watermark(0), ' +
    'Wait = fun Again() -> case rabbit_alarm:get_alarms() of [] -> timer:sleep(10), Again(); _ -> Before end end, ' +
    'Wait()',
  undo: (before) => `vm_memory_monitor:set_vm_memory_high_watermark(${before})`,
};
