import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { TlsClients } from '../broker.ts';
import { certificateFiles, clientsWith, makeCertificates } from '../rabbitmq/certificates.ts';
import { type ClusterConfiguration, rabbitmqConfiguration } from '../rabbitmq/configuration.ts';
import { loadedFirst } from '../rabbitmq/loaded-first.ts';
import { mustNotSurvive } from '../processes/reaper.ts';

/** The ports on which the broker listens in its container. */
export const containerPorts = { amqp: 5672, amqps: 5671, management: 15672 } as const;

/** What a broker in a container is given, and what is kept of it here. */
export interface ContainerFiles {
  /** Every user of the container may read them, whichever of them the broker runs as. */
  contents: { content: string; target: string; mode: number }[];
  /** By these the broker finds them, and leaves alone the configuration that its image brings. */
  environment: Record<string, string>;
  /** The authority of the certificates, on this machine. */
  caFile: string;
  /** The name in the server's certificate. */
  serverName: string;
  /** Clients with certificates, on this machine. */
  clients: TlsClients;
  /** Removes what is on this machine. */
  remove(): Promise<void>;
}

// Not /etc/rabbitmq: what images put there differs, and some let guest in from anywhere.
const folder = '/etc/brokerproof';
const anywhere = '0.0.0.0';
const everybodyMayRead = 0o644;

/**
 * @param password of the administrator
 * @param cluster of which it is a node; absent: it stands alone
 */
export async function makeContainerFiles(
  password: string,
  cluster?: ClusterConfiguration,
): Promise<ContainerFiles> {
  const local = join(tmpdir(), `brokerproof-${randomBytes(6).toString('hex')}`);
  const release = await mustNotSurvive({ folder: local });
  const remove = async (): Promise<void> => {
    await rm(local, { recursive: true, force: true });
    release();
  };
  try {
    const certificates = await makeCertificates(local);
    const { caFile, serverName } = certificates;
    const configuration = rabbitmqConfiguration({
      folder,
      amqp: { host: anywhere, port: containerPorts.amqp },
      amqps: { host: anywhere, port: containerPorts.amqps },
      management: { host: anywhere, port: containerPorts.management },
      password,
      ...(cluster === undefined ? {} : { cluster }),
    });
    const files: [string, string][] = Object.entries(configuration);
    for (const name of [certificateFiles.ca, certificateFiles.certificate, certificateFiles.key])
      files.push([name, await readFile(join(local, name), 'utf8')]);

    return {
      contents: files.map(([name, content]) => ({
        content,
        target: `${folder}/${name}`,
        mode: everybodyMayRead,
      })),
      environment: {
        RABBITMQ_CONFIG_FILE: `${folder}/rabbitmq.conf`,
        RABBITMQ_CONFIG_FILES: `${folder}/conf.d`,
        RABBITMQ_ADVANCED_CONFIG_FILE: `${folder}/advanced.config`,
        RABBITMQ_ENABLED_PLUGINS_FILE: `${folder}/enabled_plugins`,
        RABBITMQ_LOGS: '-',
        // The node and rabbitmqctl speak with each other within the container alone.
        RABBITMQ_NODENAME: 'rabbit@localhost',
        ERL_AFLAGS: loadedFirst,
        ERL_ZFLAGS: '-kernel inet_dist_use_interface {127,0,0,1}',
        // Where a container may open a million files, Erlang would take memory for a million ports.
        ERL_MAX_PORTS: '65536',
      },
      caFile,
      serverName,
      clients: clientsWith(certificates),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
