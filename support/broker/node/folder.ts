import { randomBytes } from 'node:crypto';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, networkInterfaces, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { UsageError, whyNotWritten } from '../../errors.ts';
import type { Address } from '../broker.ts';
import { type Certificates, makeCertificates } from '../rabbitmq/certificates.ts';
import {
  type ClusterConfiguration,
  netTickSeconds,
  pluginsOf,
  rabbitmqConfiguration,
  randomPassword,
} from '../rabbitmq/configuration.ts';
import type { Installation } from './installation.ts';
import { linkNeededPlugins } from '../rabbitmq/plugins.ts';
import { loadedFirst } from '../rabbitmq/loaded-first.ts';
import { toldByLines } from '../rabbitmq/told-by-lines.ts';
import { reservePorts } from './ports.ts';
import { mustNotSurvive } from '../processes/reaper.ts';

const loopback = '127.0.0.1';

/** With less a node hangs in the middle of its start, and below 10 MB it lets nobody publish. */
const neededBytes = 50e6;

/** A folder with all that one private node needs and writes, and the ports that are the node's. */
export interface NodeFolder {
  /** File for what the node prints. */
  logFile: string;
  /** Of the administrator. */
  password: string;
  certificates: Certificates;
  amqp: Address;
  amqps: Address;
  management: Address;
  /** An address of this machine that is not loopback, if it has one; nothing listens there until the node is told. */
  elsewhere?: Address;
  portMapperPort: number;
  /** Environment in which the node starts. */
  serverEnvironment: NodeJS.ProcessEnv;
  /** Environment in which `rabbitmqctl` finds the node. */
  controlEnvironment: NodeJS.ProcessEnv;
  /** Removes the folder and gives the ports back. */
  remove(): Promise<void>;
}

/** How a node of a cluster differs from one that stands alone. */
export interface MemberOptions {
  /** `brokerproof-1f2e-b@localhost` */
  erlangName: string;
  /** The port mapper that it asks, which is there already. */
  portMapperPort: number;
  cluster: ClusterConfiguration;
  /** The same for all of them. */
  password: string;
  cookie: string;
}

/**
 * Makes the folder in the system's folder for temporary files.
 *
 * @param member absent: the node stands alone, with a port mapper of its own
 * @throws UsageError when nothing can be written there
 */
export async function makeNodeFolder(
  installation: Installation,
  member?: MemberOptions,
): Promise<NodeFolder> {
  const room = await freeBytes(tmpdir());
  if (room < neededBytes) throw withoutRoom(`${Math.floor(room / 1e6)} MB are left there`);

  const folder = join(tmpdir(), `brokerproof-${randomBytes(6).toString('hex')}`);
  const release = await mustNotSurvive({ folder });
  const reserved = await reservePorts(5);
  const remove = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    reserved.giveBack();
    release();
  };
  try {
    return { ...(await fill(folder, reserved.ports, installation, member)), remove };
  } catch (error) {
    await remove();
    throw cannotWrite(error);
  }
}

/** Why a node ended that was about to start, where its disk is full: then its own words need not say so. */
export async function diskIsFull(cause: unknown): Promise<UsageError | undefined> {
  return (await freeBytes(tmpdir())) < 1e6 ? withoutRoom('no space is left there', cause) : undefined;
}

async function fill(
  folder: string,
  ports: readonly number[],
  installation: Installation,
  member: MemberOptions | undefined,
): Promise<Omit<NodeFolder, 'remove'>> {
  const [amqpPort = 0, amqpsPort = 0, managementPort = 0, distributionPort = 0, ownPortMapperPort = 0] =
    ports;
  const portMapperPort = member?.portMapperPort ?? ownPortMapperPort;
  const amqp = { host: loopback, port: amqpPort };
  const amqps = { host: loopback, port: amqpsPort };
  const management = { host: loopback, port: managementPort };
  const host = addressElsewhere();
  const elsewhere = host === undefined ? undefined : { host, port: amqpPort };
  const password = member?.password ?? randomPassword();

  await mkdir(folder, { mode: 0o700 });
  if (member !== undefined) await writeFile(join(folder, '.erlang.cookie'), member.cookie, { mode: 0o400 });
  const certificates = await makeCertificates(folder);
  const files = rabbitmqConfiguration({
    folder,
    amqp,
    amqps,
    management,
    password,
    ...(member === undefined ? {} : { cluster: member.cluster }),
  });
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), content, { mode: 0o600 });

  const scripts = await linkNeededPlugins(installation.server, pluginsOf(member?.cluster), folder);
  const schedulers = member === undefined ? Math.max(1, Math.floor(availableParallelism() / 2)) : 1;
  const common = {
    ...baseEnvironment(installation),
    // Erlang keeps its cookie there.
    HOME: folder,
    ERL_EPMD_PORT: String(portMapperPort),
    ERL_EPMD_ADDRESS: loopback,
    // A rabbitmqctl listens too, while it runs; and one that outlives the node would start a port mapper of its own,
    // which stays for good.
    ERL_ZFLAGS: '-kernel inet_dist_use_interface {127,0,0,1} -start_epmd false',
    ERL_CRASH_DUMP_SECONDS: '0',
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    ...(scripts === undefined ? {} : { RABBITMQ_SCRIPTS_DIR: scripts }),
    RABBITMQ_NODENAME: member?.erlangName ?? `brokerproof-${randomBytes(4).toString('hex')}@localhost`,
  };
  return {
    logFile: join(folder, 'log'),
    password,
    certificates,
    amqp,
    amqps,
    management,
    ...(elsewhere === undefined ? {} : { elsewhere }),
    portMapperPort,
    serverEnvironment: {
      ...common,
      ERL_AFLAGS: loadedFirst,
      RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
      RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
      RABBITMQ_MNESIA_BASE: join(folder, 'data'),
      RABBITMQ_LOG_BASE: join(folder, 'logs'),
      RABBITMQ_LOGS: '-',
      RABBITMQ_DIST_PORT: String(distributionPort),
      // By this the script becomes the node instead of watching it. Nothing is read from a terminal all the same; the
      // standard input tells the node what to do.
      RABBITMQ_ALLOW_INPUT: '1',
      // Specs and node share the cores. By default a node has a scheduler for each of them and binds it there, and
      // both sides pay for being moved out of each other's way.
      RABBITMQ_SCHEDULER_BIND_TYPE: 'u',
      // The script splits this at every space, so the expression has none.
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: [
        '-noinput',
        `+S ${schedulers}:${schedulers}`,
        ...(member === undefined ? [] : [`-kernel net_ticktime ${netTickSeconds}`]),
        `-eval ${toldByLines({ listener: elsewhere ?? amqp })}`,
      ].join(' '),
    },
    // Any free port, since others may run rabbitmqctl too.
    controlEnvironment: { ...common, RABBITMQ_CTL_DIST_PORT_MIN: '0', RABBITMQ_CTL_DIST_PORT_MAX: '0' },
  };
}

// Nothing of the caller's environment but where programs are: it may hold settings for another broker.
function baseEnvironment({ path, libraries }: Installation): NodeJS.ProcessEnv {
  return {
    PATH: path,
    ...(libraries.length === 0 ? {} : { LD_LIBRARY_PATH: libraries.join(delimiter) }),
    LANG: 'C.UTF-8',
    TERM: 'dumb',
    TZ: 'UTC',
  };
}

function addressElsewhere(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

function cannotWrite(error: unknown): unknown {
  const reason = whyNotWritten(error);
  return reason === undefined ? error : withoutRoom(reason, error);
}

function withoutRoom(reason: string, cause?: unknown): UsageError {
  return new UsageError(
    `A broker can't be started with its folder in ${tmpdir()}: ${reason}.`,
    'Make room there, or let TMPDIR point to a folder with 100 MB that you can write.',
    { cause },
  );
}

/** Where there is no such folder, the attempt to write there tells so. */
async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder).catch(() => ({ bavail: Infinity, bsize: 1 }));
  return bavail * bsize;
}
