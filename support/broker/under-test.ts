import { Pool } from 'undici';
import { CouldNotRun } from '../errors.ts';
import type { BrokerDescription } from './broker.ts';
import type { HostAddress } from './host.ts';

/** Longest time that a restart may take, in milliseconds, before the harness gives up. */
const restartMs = 120_000;

/** The broker under test, as a process that runs specs sees it: through the host that started it. */
export class BrokerUnderTest {
  readonly #pool: Pool;
  readonly #token: string;
  #description: BrokerDescription | undefined;
  /** Begins the names of all virtual hosts and users that this run makes. */
  readonly run: string;

  constructor({ url, token, run }: HostAddress) {
    this.run = run;
    this.#pool = new Pool(url, { headersTimeout: restartMs, bodyTimeout: restartMs });
    this.#token = token;
  }

  /** @throws CouldNotRun when the broker has died */
  async description(): Promise<BrokerDescription> {
    if (this.#description === undefined) {
      const died = await this.died();
      if (died !== undefined) throw new CouldNotRun(`The broker died: ${died}`);
    }
    return this.#description as BrokerDescription;
  }

  /** How the broker ended although nobody asked it to, or `undefined` while it runs. */
  async died(): Promise<string | undefined> {
    const { description, died } = await this.#ask<{ description: BrokerDescription; died: string | null }>(
      'GET',
      '/broker',
    );
    this.#description = description;
    return died ?? undefined;
  }

  /** Restarts it gracefully; its addresses may change. */
  async restart(): Promise<void> {
    this.#description = (await this.#ask<{ description: BrokerDescription }>('POST', '/restart')).description;
  }

  /** Kills it without warning and starts it again; its addresses may change. */
  async kill(): Promise<void> {
    this.#description = (await this.#ask<{ description: BrokerDescription }>('POST', '/kill')).description;
  }

  /** Runs `rabbitmqctl` and gives what it printed. */
  async control(...args: string[]): Promise<string> {
    return (await this.#ask<{ output: string }>('POST', '/control', args)).output;
  }

  /** @param since milliseconds since the epoch */
  async log(since: number): Promise<string> {
    return (await this.#ask<{ log: string }>('GET', `/log?since=${since}`)).log;
  }

  async #ask<Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const { statusCode, body: answer } = await this.#pool.request({
      method,
      path,
      headers: { authorization: `Bearer ${this.#token}` },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const content = (await answer.json()) as Answer & { message?: string };
    if (statusCode !== 200)
      throw new CouldNotRun(content.message ?? `The broker's host answered ${statusCode}.`);
    return content;
  }
}
