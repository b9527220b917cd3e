import { Pool } from 'undici';
import { CouldNotRun } from '../../errors.ts';
import type { BrokerDescription, ClusterChange, NodeName } from '../broker.ts';
import { changesSoFar } from './change-counter.ts';
import { LedgerOfSpecs } from './ledger.ts';
import type { Foreknowledge, ServerAddress } from './server.ts';
import type { BrokerState } from './watchdog.ts';

/** Longest time that a restart may take, in milliseconds, before the harness gives up. */
const restartMs = 180_000;

let ofThisProcess: BrokerUnderTest | undefined;

/** The broker of the run to which this process belongs. */
export function brokerOfRun(host: ServerAddress): BrokerUnderTest {
  return (ofThisProcess ??= new BrokerUnderTest(host));
}

/** The broker under test, as a process that runs specs sees it: through the host that started it. */
export class BrokerUnderTest {
  readonly #pool: Pool;
  readonly #token: string;
  #foreknowledge: Promise<Foreknowledge> | undefined;
  #known: { changes: number | undefined; state: Promise<BrokerState> } | undefined;
  #ledger: LedgerOfSpecs | undefined;
  /** Begins the names of all that this run makes on a broker that goes on living. */
  readonly run: string;

  constructor({ url, token, run }: ServerAddress) {
    this.run = run;
    this.#pool = new Pool(url, { bodyTimeout: restartMs });
    this.#token = token;
  }

  /** Where specs tell what they make on a broker that goes on living. */
  get ledger(): LedgerOfSpecs {
    return (this.#ledger ??= new LedgerOfSpecs(this.run));
  }

  /** What the run knows of it beforehand; waits until it has been started, however long that takes. */
  async foreknowledge(): Promise<Foreknowledge> {
    this.#foreknowledge ??= this.#ask('GET', '/foreknowledge', undefined, 0);
    return await this.#foreknowledge;
  }

  /**
   * What is known of it at this moment, and how often it had to be killed and started again because it hung.
   *
   * @throws CouldNotRun when it is known that there is no broker any more
   */
  async state(): Promise<{ description: BrokerDescription; hangs: number }> {
    const { description, gone, hangs } = await this.#state();
    if (gone !== undefined) throw new CouldNotRun(gone);
    return { description, hangs: hangs.length };
  }

  /**
   * Why there is no broker to speak of, or `undefined` while there is one.
   *
   * @param hangs how often it had hung when the spec began
   */
  async whyGone(hangs: number): Promise<string | undefined> {
    const state = await this.#ask<BrokerState>('POST', '/look');
    const why = state.hangs[hangs];
    return (
      state.gone ??
      (why === undefined
        ? undefined
        : `The broker hung while the spec ran, and was killed and started again: ${why}`)
    );
  }

  /** Asks only when something has changed, as most specs begin while nothing does. */
  async #state(): Promise<BrokerState> {
    const changes = changesSoFar(this.run);
    if (this.#known === undefined || changes === undefined || this.#known.changes !== changes) {
      const known = { changes, state: this.#ask<BrokerState>('GET', '/broker') };
      known.state.catch(() => {
        if (this.#known === known) this.#known = undefined;
      });
      this.#known = known;
    }
    return await this.#known.state;
  }

  /** Restarts it gracefully; its addresses may change. */
  async restart(): Promise<void> {
    await this.#ask('POST', '/restart');
  }

  /** Kills it without warning and starts it again; its addresses may change. */
  async kill(): Promise<void> {
    await this.#ask('POST', '/kill');
  }

  /** Upgrades it in place; its addresses may change. */
  async upgrade(): Promise<void> {
    await this.#ask('POST', '/upgrade');
  }

  /** Does something to its nodes, or the links between them; resolves when that was witnessed. */
  async changeCluster(change: ClusterChange): Promise<void> {
    await this.#ask('POST', '/cluster', change);
  }

  /** Takes back all that was done to its nodes. @returns whether it is another cluster now */
  async restoreCluster(): Promise<boolean> {
    return (await this.#ask<{ isAnother: boolean }>('POST', '/restore-cluster')).isAnother;
  }

  /** Runs `rabbitmqctl` for one of its nodes, and gives what it printed. */
  async controlNode(node: NodeName, ...args: string[]): Promise<string> {
    return (await this.#ask<{ output: string }>('POST', '/control-node', { node, args })).output;
  }

  /** Opens the listener for clients from elsewhere, until `closeToElsewhere` is called as often. */
  async openToElsewhere(): Promise<void> {
    await this.#ask('POST', '/open-to-elsewhere');
  }

  async closeToElsewhere(): Promise<void> {
    await this.#ask('POST', '/close-to-elsewhere');
  }

  /** Runs `rabbitmqctl` and gives what it printed. */
  async control(...args: string[]): Promise<string> {
    return (await this.#ask<{ output: string }>('POST', '/control', args)).output;
  }

  /** @param since milliseconds since the epoch */
  async log(since: number): Promise<string> {
    return (await this.#ask<{ log: string }>('GET', `/log?since=${since}`)).log;
  }

  /** @param headersTimeout longest time without an answer, in milliseconds; 0: any */
  async #ask<Answer>(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headersTimeout = restartMs,
  ): Promise<Answer> {
    const { statusCode, body: answer } = await this.#pool.request({
      method,
      path,
      headers: { authorization: `Bearer ${this.#token}` },
      body: body === undefined ? null : JSON.stringify(body),
      headersTimeout,
    });
    const content = (await answer.json()) as Answer & { message?: string };
    if (statusCode !== 200)
      throw new CouldNotRun(content.message ?? `The broker's host answered ${statusCode}.`);
    return content;
  }
}
