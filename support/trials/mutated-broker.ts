import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Address, BrokerDescription, Capability } from '../broker/broker.ts';
import { certificateFiles } from '../broker/rabbitmq/certificates.ts';
import type { QueueType } from '../broker/queue-type.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { type MutantProxy, startMutantProxy } from '../mutants/proxy.ts';
import { isWithin } from '../broker/version.ts';

/** The broker under test, as a mutant lets a spec see it. */
export class MutatedBroker {
  readonly #mutant: Mutant;
  readonly #needs: readonly Capability[];
  readonly #proxies: MutantProxy[] = [];
  #cluster: { addresses: string; mutated: BrokerDescription } | undefined;

  constructor(mutant: Mutant, needs: readonly Capability[]) {
    this.#mutant = mutant;
    this.#needs = needs;
  }

  /** The mutant's. */
  get name(): string {
    return this.#mutant.name;
  }

  /** The product as which it passes, where texts are concerned. */
  get passesAs(): string | undefined {
    return this.#mutant.passesAs;
  }

  /** Why the mutant does not apply to a broker, or to queues of a type, if so. */
  exception(
    { product, version }: Pick<BrokerDescription, 'product' | 'version'>,
    queueType?: QueueType,
  ): string | undefined {
    const fitting = this.#mutant.exceptions?.find(
      ({ brokers = {}, queueType: type }) =>
        (type !== undefined && type === queueType) || isWithin(brokers[product], version),
    );
    return fitting?.because;
  }

  /** How often the mutant changed something. */
  get fired(): number {
    return this.#proxies.reduce((sum, { fired }) => sum + fired, 0);
  }

  /** The same broker behind a proxy; asked again when a restart may have changed its addresses. */
  async inFrontOf(broker: BrokerDescription): Promise<BrokerDescription> {
    if (broker.nodes === undefined) return await this.#inFrontOf(broker);
    // Most of what is done to a cluster moves nobody, and its clients stay connected
    const addresses = JSON.stringify([broker.nodes, broker.managementUrl]);
    if (this.#cluster?.addresses !== addresses)
      this.#cluster = { addresses, mutated: await this.#inFrontOf(broker) };
    return this.#cluster.mutated;
  }

  async #inFrontOf(broker: BrokerDescription): Promise<BrokerDescription> {
    const { amqp, amqps, managementUrl, username, password, virtualHost, nodes } = broker;
    const proxy = await startMutantProxy({
      mutant: this.#mutant,
      amqp,
      ...(nodes === undefined ? {} : { nodes }),
      ...(amqps === undefined ? {} : withCertificate(amqps)),
      ...(managementUrl === undefined ? {} : { managementUrl }),
      administrator: { username, password, virtualHost },
    });
    this.#proxies.push(proxy);
    return {
      ...broker,
      ...(this.#needs.includes('guest') ? await this.#otherListeners(broker) : {}),
      amqp: proxy.amqp,
      ...(proxy.nodes === undefined ? {} : { nodes: proxy.nodes }),
      ...(proxy.amqps === undefined ? {} : { amqps: proxy.amqps }),
      ...(proxy.managementUrl === undefined ? {} : { managementUrl: proxy.managementUrl }),
    };
  }

  /** The same for listeners by which clients come from elsewhere: so does the proxy then, as the broker sees it. */
  async #otherListeners({ amqpFromElsewhere, amqpFromOwnHost, ...administrator }: BrokerDescription) {
    const behind = async (amqp: Address) => {
      const proxy = await startMutantProxy({ mutant: this.#mutant, amqp, administrator });
      this.#proxies.push(proxy);
      return proxy.amqp;
    };
    return {
      ...(amqpFromElsewhere === undefined ? {} : { amqpFromElsewhere: await behind(amqpFromElsewhere) }),
      ...(amqpFromOwnHost === undefined ? {} : { amqpFromOwnHost: await behind(amqpFromOwnHost) }),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
  }
}

/** The proxy shows the broker's own certificate, which is at hand for brokers that we started. */
function withCertificate(amqps: NonNullable<BrokerDescription['amqps']>) {
  const folder = dirname(amqps.caFile);
  const [certFile, keyFile] = [
    join(folder, certificateFiles.certificate),
    join(folder, certificateFiles.key),
  ];
  return existsSync(keyFile) ? { amqps: { ...amqps, certFile, keyFile } } : {};
}
