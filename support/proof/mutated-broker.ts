import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BrokerDescription } from '../broker/broker.ts';
import { certificateFiles } from '../broker/certificates.ts';
import type { Mutant } from '../mutants/mutant.ts';
import { type MutantProxy, startMutantProxy } from '../mutants/proxy.ts';

/** The broker under test, as a mutant lets a spec see it. */
export class MutatedBroker {
  readonly #mutant: Mutant;
  readonly #proxies: MutantProxy[] = [];

  constructor(mutant: Mutant) {
    this.#mutant = mutant;
  }

  /** The mutant's. */
  get name(): string {
    return this.#mutant.name;
  }

  /** How often the mutant changed something. */
  get fired(): number {
    return this.#proxies.reduce((sum, { fired }) => sum + fired, 0);
  }

  /** The same broker behind a proxy; asked again when a restart may have changed its addresses. */
  async inFrontOf(broker: BrokerDescription): Promise<BrokerDescription> {
    const { amqp, amqps, managementUrl, username, password, virtualHost } = broker;
    const proxy = await startMutantProxy({
      mutant: this.#mutant,
      amqp,
      ...(amqps === undefined ? {} : withCertificate(amqps)),
      ...(managementUrl === undefined ? {} : { managementUrl }),
      administrator: { username, password, virtualHost },
    });
    this.#proxies.push(proxy);
    return {
      ...broker,
      amqp: proxy.amqp,
      ...(proxy.amqps === undefined ? {} : { amqps: proxy.amqps }),
      ...(proxy.managementUrl === undefined ? {} : { managementUrl: proxy.managementUrl }),
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
