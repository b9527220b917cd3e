import { readFile } from 'node:fs/promises';
import type { ConnectionOptions } from '../actors/connection.ts';
import {
  type Address,
  type BrokerDescription,
  capabilities,
  type Capability,
  type ClusterChange,
  managementAccess,
  type NodeName,
} from '../broker/broker.ts';
import type { BrokerUnderTest } from '../broker/under-test/client.ts';
import { CouldNotRun, SpecMistake } from '../errors.ts';
import type { Recorder } from '../evidence/recorder.ts';
import { ManagementClient } from '../management/client.ts';
import type { OwnTime } from '../waiting/own-time.ts';
import type { Meet } from './rendezvous.ts';

/** What it stands on. */
export interface BrokerForSpecOptions {
  /** What the spec may use beyond an AMQP connection: what its claim needs. */
  needs: readonly Capability[];
  /** The broker as the spec is to see it. */
  description: BrokerDescription;
  broker: BrokerUnderTest;
  meet: Meet;
  /** Waits for what does not count as time of the spec. */
  aside: OwnTime['aside'];
  /** How the spec is to see the broker after a restart. */
  through: (broker: BrokerDescription) => Promise<BrokerDescription>;
  recorder: Recorder;
}

/** The broker under test for one spec: what it is now, what the claim may use of it, and what is done to it. */
export class BrokerForSpec {
  readonly underTest: BrokerUnderTest;
  readonly aside: OwnTime['aside'];
  readonly recorder: Recorder;
  readonly #needs: readonly Capability[];
  readonly #meet: Meet;
  readonly #through: BrokerForSpecOptions['through'];
  #description: BrokerDescription;
  #management: ManagementClient | undefined;

  constructor({ needs, description, broker, meet, aside, through, recorder }: BrokerForSpecOptions) {
    this.underTest = broker;
    this.aside = aside;
    this.recorder = recorder;
    this.#needs = needs;
    this.#meet = meet;
    this.#through = through;
    this.#description = description;
  }

  /** What is known of it, as it is now. */
  get description(): BrokerDescription {
    return this.#description;
  }

  /** What a claim does not say that it needs, its spec does not get, on any broker. */
  need(capability: Capability): void {
    if (this.mayUse(capability)) return;
    throw new SpecMistake(`The claim uses ${capabilities[capability]}: say so, needs: ['${capability}'].`);
  }

  mayUse(capability: Capability): boolean {
    return this.#needs.includes(capability);
  }

  /** The management HTTP API, for what the harness does itself too; for a broker that has it. */
  api(): ManagementClient {
    const access = managementAccess(this.#description);
    if (access === undefined) throw new CouldNotRun('The broker has no management API.');
    this.#management ??= new ManagementClient(access);
    return this.#management;
  }

  /** Where clients connect. @param node absent: where all do */
  listenerOf(node: NodeName | undefined): Address {
    if (node === undefined) return this.#description.amqp;
    this.need('cluster');
    const found = this.#description.nodes?.find(({ name }) => name === node);
    if (found === undefined) throw new CouldNotRun(`The broker has no node ${node}.`);
    return found.amqp;
  }

  /** How a client trusts its TLS listener: the right authority and name. */
  async trusted(): Promise<NonNullable<ConnectionOptions['tls']>> {
    const { amqps } = this.#description;
    if (amqps === undefined) throw new CouldNotRun('The broker has no TLS listener.');
    return { serverName: amqps.serverName, ca: await readFile(amqps.caFile, 'utf8') };
  }

  /** Does something to the broker that ends all connections, once for all specs of the file. */
  async disturb(what: 'restart' | 'kill' | 'upgrade'): Promise<void> {
    this.need(what);
    await this.#meeting(what, what === 'kill' ? 'kill and restart' : what, () => this.underTest[what]());
  }

  /** Does something to its cluster, once for all specs of the file. */
  async change(capability: Capability, inWords: string, change: ClusterChange): Promise<void> {
    this.need('cluster');
    this.need(capability);
    await this.#meeting(inWords, inWords, () => this.underTest.changeCluster(change));
  }

  /** Waits until each spec of the file that may change it has arranged what it needs. */
  async allArranged(): Promise<void> {
    await this.aside(() => this.#meet('change', async () => {}));
  }

  async close(): Promise<void> {
    await this.#management?.close().catch(() => undefined);
  }

  /** @param note how the timeline calls it */
  async #meeting(what: string, note: string, perform: () => Promise<void>): Promise<void> {
    const broker = this.recorder.actor('broker', 'broker');
    await this.aside(() => this.#meet(what, perform));
    this.recorder.disturbed();
    broker.saw({ direction: 'note', what: note });
    // Its addresses may have changed
    this.#description = await this.#through((await this.underTest.state()).description);
    const { managementUrl } = this.#description;
    if (managementUrl !== undefined) await this.#management?.http.moveTo(managementUrl);
  }
}
