import { CouldNotRun, UsageError } from '../errors.ts';
import { type Broker, nodeCommands, type Provider, type ProviderName, providerNames } from './broker.ts';

/** The variables of the environment by which a broker is chosen. */
export const choiceVariables = [
  'BROKER',
  'BROKER_IMAGE',
  'UPGRADE_IMAGE',
  'UPGRADE_ANYWAY',
  'AMQP_URL',
  'AMQP_CA_FILE',
  'MANAGEMENT_URL',
  'RESTART_COMMAND',
  'KILL_COMMAND',
  'NODES',
  ...nodeCommands,
] as const;

/** What a broker is chosen by. */
export interface ChooseOptions {
  /** `BROKER`, and the variables of the providers. */
  environment: NodeJS.ProcessEnv;
  /** Aborts the start; whatever was started till then is removed. */
  signal: AbortSignal;
  /** Tells the user a line about what happens. */
  say: (line: string) => void;
  /** Whether a cluster of three nodes is asked for; default `false`. */
  cluster?: boolean;
  /** Whether two are asked for, each just like the other, which is only so of those that are started; default `false`. */
  two?: boolean;
}

/**
 * Starts the broker that `BROKER` asks for: the name of a provider, or `auto` (the default) for the first that
 * works in the order external (if `AMQP_URL` is set), container, local, embedded. Says in one line which and why.
 * Who sets `AMQP_URL` or `BROKER_IMAGE` asks for external or container: that these do not work is an error then.
 *
 * @throws UsageError when `BROKER` is no such name, when the provider that it names does not work, or when none
 *   does; the signal's reason when it was aborted
 */
export async function chooseBroker(options: ChooseOptions): Promise<Broker> {
  const { broker } = await choose(options);
  return broker;
}

/** A broker, once it has started, and the one just like it, which starts at the same time. */
export interface Choice {
  broker: Broker;
  another?: Promise<Broker>;
}

/** The same as `chooseBroker`, for who may need two. */
export async function choose(options: ChooseOptions): Promise<Choice> {
  const { environment, say } = options;
  const asked = environment['BROKER'] || 'auto';
  if (asked === 'auto') return await firstThatWorks(options);

  const name = providerNames.find((known) => known === asked);
  if (name === undefined) {
    throw new UsageError(
      `BROKER=${asked} is not a way to get a broker.`,
      `Set BROKER to one of auto, ${providerNames.join(', ')}, or leave it unset for auto.`,
    );
  }
  const provider = await load[name](environment);
  const availability = await provider.available();
  if (!availability.works)
    throw new UsageError(`BROKER=${name} does not work here: ${availability.why}.`, availability.cure);

  say(`Broker: ${name}, because BROKER asks for it.`);
  return await startedBy(provider, options);
}

/** Whether the environment asks for a broker of somebody else, of which there is only one. */
export function asksForExternal({ BROKER, AMQP_URL }: NodeJS.ProcessEnv): boolean {
  return BROKER === 'external' || ((BROKER || 'auto') === 'auto' && Boolean(AMQP_URL));
}

async function startedBy(
  provider: Provider,
  { signal, say, cluster = false, two = false }: ChooseOptions,
): Promise<Choice> {
  const start = async () => await provider[cluster ? 'startCluster' : 'start'](signal, say);
  const starting = start();
  if (!two) return { broker: await starting };

  const another = start();
  another.catch(() => undefined); // who waits for it is told
  try {
    return { broker: await starting, another };
  } catch (error) {
    await another.then(
      (broker) => broker.stop(),
      () => undefined,
    );
    throw error;
  }
}

async function firstThatWorks(options: ChooseOptions): Promise<Choice> {
  const { environment, signal, say } = options;
  const order = providerNames.filter((name) => name !== 'external' || environment['AMQP_URL']);
  const passedOver: { name: ProviderName; why: string; cure: string }[] = [];
  let untold: string[] = [];
  for (const name of order) {
    signal.throwIfAborted();
    const provider = await load[name](environment);
    const availability = await provider.available();
    const asked = askedForBy(name, environment);
    if (!availability.works) {
      if (asked !== undefined) {
        throw new UsageError(
          `${asked} is set, but ${name} does not work here: ${availability.why}.`,
          availability.cure,
        );
      }
      passedOver.push({ name, why: availability.why, cure: availability.cure });
      untold.push(`not ${name}: ${availability.why}`);
      continue;
    }
    say(`Broker: ${[`${name}, because ${availability.why}`, ...untold].join('; ')}.`);
    untold = [];
    try {
      return await startedBy(provider, options);
    } catch (error) {
      const couldNotStart = error instanceof UsageError || error instanceof CouldNotRun;
      if (signal.aborted || !couldNotStart || asked !== undefined) throw error;

      const { problem, cure } = toldBy(error);
      say(`Broker: not ${name} after all: ${firstLine(problem)}`);
      passedOver.push({ name, why: problem.replace(/\.$/, ''), cure });
    }
  }
  throw new UsageError(
    `No broker is available: ${passedOver.map(({ name, why }) => `${name}: ${why}`).join('; ')}.`,
    `Do one of these: ${passedOver.map(({ name, cure }) => `${name}: ${cure}`).join(' ')}`,
  );
}

/** The variable by which somebody asks for a provider without naming it. */
function askedForBy(name: ProviderName, environment: NodeJS.ProcessEnv): string | undefined {
  const variable = { external: 'AMQP_URL', container: 'BROKER_IMAGE', local: '', embedded: '' }[name];
  return environment[variable] ? variable : undefined;
}

// Each brings libraries that take long to load, so only those that are asked are loaded.
const load: Record<ProviderName, (environment: NodeJS.ProcessEnv) => Promise<Provider>> = {
  external: async (environment) => (await import('./external/provider.ts')).externalProvider(environment),
  container: async (environment) => (await import('./container/provider.ts')).containerProvider(environment),
  local: async () => (await import('./node/local.ts')).local,
  embedded: async () => (await import('./node/embedded.ts')).embedded,
};

function toldBy(error: UsageError | CouldNotRun): { problem: string; cure: string } {
  return error instanceof UsageError ? error : { problem: error.message, cure: 'See why it does not start.' };
}

function firstLine(text: string): string {
  return text.split('\n', 1).join('');
}
