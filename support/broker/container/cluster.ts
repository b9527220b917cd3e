import { randomBytes } from 'node:crypto';

import { type ContainerRuntimeClient, getContainerRuntimeClient } from 'testcontainers';

import { CouldNotRun, UsageError } from '../../errors.ts';
import { type Broker, type NodeName } from '../broker.ts';
import { startCluster } from '../cluster/broker.ts';
import type { Made } from '../cluster/member.ts';
import { portsOfRelays, Relays } from '../cluster/relays.ts';
import { type ReservedPorts, reservePorts } from '../node/ports.ts';
import { randomPassword } from '../rabbitmq/configuration.ts';
import { isWithin } from '../version.ts';
import { ContainerMember, nameOf } from './cluster-member.ts';
import { isOwnAddress } from './engine-container.ts';
import { describeImage, pullMissing, releaseIn } from './image.ts';
import { labelledSetup } from './labelled-image.ts';
import { Network } from './network.ts';

/**
 * Starts a cluster of three containers of an image of RabbitMQ, on a network of their own. Where they reach this machine,
 * as they do with an engine that runs on it, there are relays between them.
 *
 * @param signal aborts the start; whatever was started till then is removed
 * @throws UsageError when the image can't be pulled, or is not taken for RabbitMQ
 * @throws CouldNotRun when the nodes do not come up, or do not find each other
 */
export async function startContainers(image: string, signal: AbortSignal): Promise<Broker> {
  const engine = await getContainerRuntimeClient();
  await pullMissing(engine, image, signal);
  if (labelledSetup(image, await describeImage(engine, image)) !== undefined) {
    throw new UsageError(
      `The image ${image} can't be made a cluster: its labels tell a user of a broker of its own.`,
      'Name an image of RabbitMQ by BROKER_IMAGE.',
    );
  }
  const release = await releaseIn(engine, image);
  const looksOnce = release !== undefined && isWithin('<3.13', release);
  const guest = 'the nodes of a cluster are reached by published ports alone';
  let direct = false;
  const why = 'the containers do not reach this machine, where what stands between them would be';
  const make = async (stopping: AbortSignal): Promise<Made> => {
    const containers = new Containers(engine, image);
    try {
      const made = await containers.make({ looksOnce, direct }, stopping);
      if (!containers.areOnTheirOwn) {
        direct = !containers.haveRelays;
        return made;
      }
    } catch (error) {
      await containers.remove();
      throw error;
    }
    await containers.remove();
    direct = true;
    return await make(stopping);
  };
  return await startCluster(
    {
      provider: 'container',
      origin: image,
      environment: { BROKER: 'container', BROKER_IMAGE: image },
      get missing() {
        return { guest, ...(direct ? { partition: why, stall: why } : {}) };
      },
      make,
    },
    signal,
  );
}

/** Three containers on their way, and all that belongs to them. */
class Containers {
  readonly #engine: ContainerRuntimeClient;
  readonly #image: string;
  readonly #members: ContainerMember[] = [];
  #network: Network | undefined;
  #ports: ReservedPorts | undefined;
  #relays: Relays | undefined;

  constructor(engine: ContainerRuntimeClient, image: string) {
    this.#engine = engine;
    this.#image = image;
  }

  get haveRelays(): boolean {
    return this.#relays !== undefined;
  }

  /** Whether there are relays that no node reaches, as a firewall stands before this machine. */
  get areOnTheirOwn(): boolean {
    return this.#relays !== undefined && !this.#relays.isAsked;
  }

  /** @param options `direct`: without relays */
  async make(
    { looksOnce, direct }: { looksOnce: boolean; direct: boolean },
    signal: AbortSignal,
  ): Promise<Made> {
    const network = await Network.make(this.#engine);
    this.#network = network;
    const isHere = !direct && (await isOwnAddress(network.gateway));
    const relays = isHere ? await this.#startRelays(network) : undefined;
    const password = randomPassword();
    const cookie = randomBytes(12).toString('hex');
    const [engine, image] = [this.#engine, this.#image];
    const common = { engine, image, network, relays, looksOnce, password, cookie };
    const prepare = async (name: NodeName): Promise<ContainerMember> => {
      const member = await ContainerMember.prepare(name, common);
      this.#members.push(member);
      return member;
    };
    const [a, b, c] = [await prepare('a'), await prepare('b'), await prepare('c')];
    const booting = [a, b, c].map((member) => member.create(signal));
    // All are made, or have failed, before any is removed
    await Promise.allSettled(booting);
    const [identity] = await Promise.all(booting);
    if (identity === undefined) throw new CouldNotRun('There is no node.');
    return {
      members: [a, b, c],
      identity,
      managementUrl: a.managementUrl,
      password,
      disturb: async (links) => await relays?.set(links),
      remove: () => this.remove(),
    };
  }

  async remove(): Promise<void> {
    await Promise.all(this.#members.map((member) => member.remove()));
    await this.#relays?.remove();
    await this.#network?.remove();
    this.#ports?.giveBack();
  }

  async #startRelays(network: Network): Promise<Relays> {
    this.#ports = await reservePorts(portsOfRelays);
    const names = { a: nameOf('a'), b: nameOf('b'), c: nameOf('c') };
    this.#relays = await Relays.start(names, this.#ports.ports, network.gateway);
    return this.#relays;
  }
}
