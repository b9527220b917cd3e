/** Of the application `rabbit`, by name. Apart from a run's other files, so one file's stories are all there are. */
const settings = new Map<string, { stories: number; before: string; changed: Promise<void> }>();

/**
 * Runs a story while the broker has another setting of its application `rabbit`, by `rabbitmqctl`. It is the
 * whole broker's: the first of the stories that run at once sets it, and the last one sets it back.
 *
 * @param name `consumer_timeout`
 * @param value an Erlang term; the same for all stories that run at once
 */
export async function whileSet(
  control: (...args: string[]) => Promise<string>,
  name: string,
  value: string,
  story: () => Promise<void>,
): Promise<void> {
  const setting = settings.get(name) ?? { stories: 0, before: '', changed: Promise.resolve() };
  settings.set(name, setting);
  const evaluated = (expression: string) => control('eval', `${expression}.`);
  // In one call: a rabbitmqctl takes seconds to start on a busy machine
  const change = async () => {
    setting.before = await evaluated(
      `Before = application:get_env(rabbit, ${name}), application:set_env(rabbit, ${name}, ${value}), Before`,
    );
  };
  const changeBack = async () => {
    const before = /^\{ok,(?<value>.*)\}$/s.exec(setting.before.trim())?.groups?.['value'];
    await evaluated(
      before === undefined
        ? `application:unset_env(rabbit, ${name})`
        : `application:set_env(rabbit, ${name}, ${before})`,
    );
  };
  setting.stories += 1;
  if (setting.stories === 1) setting.changed = setting.changed.then(change);
  try {
    await setting.changed;
    await story();
  } finally {
    setting.stories -= 1;
    if (setting.stories === 0) setting.changed = setting.changed.then(changeBack);
    await setting.changed;
  }
}
