import { isIP } from 'node:net';
import { resolve } from 'node:path';

import { CouldNotRun } from '../../errors.ts';
import {
  type Address,
  allCapabilities,
  type Broker,
  type BrokerDescription,
  exchangePlugins,
} from '../broker.ts';
import type { ReachedBroker } from './amqp.ts';
import { bringDown } from './command.ts';
import type { ExternalManagement } from './management.ts';
import type { ExternalSettings } from './settings.ts';
import { waitUntilAnswering } from '../answering.ts';
import type { BrokerIdentity } from '../handshake.ts';

const answerMs = 120_000;
const outOfReach = 'an external broker is reached by its listeners alone';

/** A broker that somebody else started; it is left running. */
export class ExternalBroker implements Broker {
  readonly #settings: ExternalSettings;
  readonly #reached: ReachedBroker;
  readonly #management: ExternalManagement;
  #identity: BrokerIdentity;

  constructor(settings: ExternalSettings, reached: ReachedBroker, management: ExternalManagement) {
    this.#settings = settings;
    this.#reached = reached;
    this.#management = management;
    this.#identity = reached.identity;
  }

  get description(): BrokerDescription {
    return describe(this.#settings, this.#identity, this.#reached.amqp, this.#management);
  }

  async restart(): Promise<BrokerDescription> {
    return await this.#bringDown('RESTART_COMMAND', this.#settings.restartCommand);
  }

  async kill(): Promise<BrokerDescription> {
    return await this.#bringDown('KILL_COMMAND', this.#settings.killCommand);
  }

  async control(): Promise<string> {
    throw new CouldNotRun(`rabbitmqctl can't be run: ${outOfReach}.`);
  }

  /** Empty: its log is out of reach. */
  async log(): Promise<string> {
    return '';
  }

  /** Always `undefined`: nothing tells an end of the broker from an end of the way to it. */
  died(): undefined {
    return undefined;
  }

  async stop(): Promise<void> {
    await this.#reached.close();
  }

  async #bringDown(name: string, command: string | undefined): Promise<BrokerDescription> {
    if (command === undefined)
      throw new CouldNotRun(`The broker can't be brought down: no ${name} was given.`);

    const { amqp, username, password, virtualHost, managementUrl, managementUser } = this.description;
    const target = { amqp, username, password, virtualHost };
    await bringDown(target, name, command);
    this.#identity = await waitUntilAnswering({
      ...target,
      ...(managementUrl === undefined ? {} : { managementUrl, managementUser }),
      deadlineMs: answerMs,
    });
    return this.description;
  }
}

function describe(
  settings: ExternalSettings,
  { name, product, version }: BrokerIdentity,
  reached: Address,
  management: ExternalManagement,
): BrokerDescription {
  const { amqp, caFile, restartCommand, killCommand } = settings;
  const { missing: withoutApi, api } = management;
  // Who makes virtual hosts may do everything in them, and in no other
  const { username, password } = withoutApi.administration === undefined && api !== undefined ? api : amqp;
  const [first] = amqp.addresses;
  const hosts = amqp.addresses.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  const url = `${amqp.tls ? 'amqps' : 'amqp'}://${hosts.join(',')}`;
  const missing: BrokerDescription['missing'] = {
    ctl: outOfReach,
    log: outOfReach,
    guest: 'whether an external broker has the user guest, and where guest may log in, is not known',
    tick: 'the settings of an external broker are its own',
    ...(restartCommand === undefined ? { restart: 'no RESTART_COMMAND was given' } : {}),
    ...(killCommand === undefined ? { kill: 'no KILL_COMMAND was given' } : {}),
    ...withoutApi,
  };
  for (const [type, plugin] of Object.entries(exchangePlugins)) {
    if (api?.exchangeTypes === undefined) missing[plugin] = 'without the management API it is not known';
    else if (!api.exchangeTypes.includes(type)) missing[plugin] = 'it is not enabled';
  }
  const noTls = whyNoTls(amqp, caFile);
  if (noTls !== undefined) missing.tls = noTls;

  return {
    provider: 'external',
    title: `${name} ${version}, external (${url})`,
    product,
    version,
    amqp: reached,
    ...(noTls === undefined && caFile !== undefined
      ? { amqps: { ...first, serverName: first.host, caFile: resolve(caFile) } }
      : {}),
    ...(api === undefined ? {} : { managementUrl: api.url }),
    ...(api === undefined || (api.username === username && api.password === password)
      ? {}
      : { managementUser: { username: api.username, password: api.password } }),
    username,
    password,
    virtualHost: amqp.virtualHost,
    capabilities: allCapabilities.filter((name) => missing[name] === undefined),
    missing,
    environment: environmentOf(settings, url),
  };
}

/** The settings again, with variables of the shell for what may be secret. @param url of AMQP, with nobody in it */
function environmentOf(
  { amqp, caFile, management, restartCommand, killCommand, nodes, nodeCommands }: ExternalSettings,
  url: string,
): BrokerDescription['environment'] {
  const isGuest = amqp.username === 'guest' && amqp.password === 'guest';
  const isSame = management?.username === amqp.username && management.password === amqp.password;
  return {
    BROKER: 'external',
    AMQP_URL: `${isGuest ? url : withUser(url, amqp.username, '$AMQP_PASSWORD')}/${encodeURIComponent(amqp.virtualHost)}`,
    ...(caFile === undefined ? {} : { AMQP_CA_FILE: caFile }),
    ...(management === undefined
      ? {}
      : {
          MANAGEMENT_URL: isSame
            ? management.url
            : withUser(management.url, management.username, '$MANAGEMENT_PASSWORD'),
        }),
    ...(restartCommand === undefined ? {} : { RESTART_COMMAND: '$RESTART_COMMAND' }),
    ...(killCommand === undefined ? {} : { KILL_COMMAND: '$KILL_COMMAND' }),
    ...(nodes.join() === amqp.addresses.map(({ host }) => host).join() ? {} : { NODES: nodes.join() }),
    ...Object.fromEntries(Object.keys(nodeCommands).map((name) => [name, `$${name}`])),
  };
}

function withUser(url: string, username: string, password: string): string {
  return url.replace('//', () => `//${encodeURIComponent(username)}:${password}@`);
}

function whyNoTls(amqp: ExternalSettings['amqp'], caFile: string | undefined): string | undefined {
  if (!amqp.tls) return 'AMQP_URL does not begin with amqps://';

  if (caFile === undefined) return 'no AMQP_CA_FILE was given';

  return isIP(amqp.addresses[0].host) === 0
    ? undefined
    : 'AMQP_URL names its host by address, and certificates are for names';
}
