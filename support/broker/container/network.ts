import { randomBytes } from 'node:crypto';

import type { ContainerRuntimeClient } from 'testcontainers';
import { z } from 'zod';

import { CouldNotRun } from '../../errors.ts';
import { mustNotSurvive } from '../processes/reaper.ts';
import { engineInTime } from './engine-in-time.ts';

const label = 'brokerproof.network';
const inspection = z.object({
  IPAM: z.object({ Config: z.array(z.object({ Gateway: z.string().optional() })).nullish() }),
});

/** A network of a container engine, which never outlives this process. */
export class Network {
  readonly id: string;
  /** The engine's own address on it. */
  readonly gateway: string;
  readonly #engine: ContainerRuntimeClient;
  readonly #forget: () => void;

  private constructor(engine: ContainerRuntimeClient, id: string, gateway: string, forget: () => void) {
    this.#engine = engine;
    this.id = id;
    this.gateway = gateway;
    this.#forget = forget;
  }

  static async make(engine: ContainerRuntimeClient): Promise<Network> {
    const name = `brokerproof-${randomBytes(6).toString('hex')}`;
    const forget = await mustNotSurvive({ networksLabelled: `${label}=${name}` });
    const { dockerode } = engine.container;
    const made = await engineInTime(
      'make a network',
      dockerode.createNetwork({ Name: name, Labels: { [label]: name } }),
    );
    const { IPAM } = inspection.parse(await engineInTime('describe a network', made.inspect()));
    const gateway = IPAM.Config?.find(({ Gateway }) => Gateway !== undefined)?.Gateway?.replace(/\/.*/, '');
    const network = new Network(engine, made.id, gateway ?? '', forget);
    if (gateway !== undefined) return network;
    await network.remove();
    throw new CouldNotRun('A network of the container engine has no gateway.');
  }

  /** Removes it when its containers are gone. Never rejects because it is gone already. */
  async remove(): Promise<void> {
    const network = this.#engine.container.dockerode.getNetwork(this.id);
    await engineInTime('remove a network', network.remove().catch(unlessGone));
    this.#forget();
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 404)) throw error;
}
