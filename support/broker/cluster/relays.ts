import { fileURLToPath } from 'node:url';

import { CouldNotRun } from '../../errors.ts';
import { askUntil } from '../../waiting/until.ts';
import { type Address, type LinkFault, type NodeName, nodeNames } from '../broker.ts';
import { ProcessGroup } from '../processes/process-group.ts';

const answerMs = 10_000;
/** Of each node: a port mapper of its own, and a relay to each of the others. */
export const portsOfRelays = nodeNames.length * nodeNames.length;

/**
 * The ways between the nodes of a cluster. Each node asks a port mapper of its own where the others are, and is told a
 * relay, so that each link can be disturbed by itself. They run in a process of their own: where specs keep a processor
 * busy, the nodes must not lose each other.
 */
export class Relays {
  readonly portMappers: Record<NodeName, number>;
  readonly #process: ProcessGroup;
  #orders = 0;

  private constructor(process: ProcessGroup, portMappers: Record<NodeName, number>) {
    this.#process = process;
    this.portMappers = portMappers;
  }

  /**
   * @param names of the nodes, before the @
   * @param ports on which nothing listens, as many as `portsOfRelays`
   * @param host the address of this machine on which they listen
   */
  static async start(
    names: Record<NodeName, string>,
    ports: readonly number[],
    host = '127.0.0.1',
  ): Promise<Relays> {
    const left = [...ports];
    const next = (): number => left.shift() ?? 0;
    const nodes = {
      a: { name: names.a, portMapper: next(), relays: { b: next(), c: next() } },
      b: { name: names.b, portMapper: next(), relays: { a: next(), c: next() } },
      c: { name: names.c, portMapper: next(), relays: { a: next(), b: next() } },
    };
    const program = fileURLToPath(new URL('./relays-process.mjs', import.meta.url));
    const process = await ProcessGroup.start([globalThis.process.execPath, program], { env: {} });
    const portMappers = { a: nodes.a.portMapper, b: nodes.b.portMapper, c: nodes.c.portMapper };
    const relays = new Relays(process, portMappers);
    try {
      await relays.#order({ host, nodes });
      return relays;
    } catch (error) {
      await relays.remove();
      throw error;
    }
  }

  /** All faults of links that there are from now on. */
  async set(links: readonly LinkFault[]): Promise<void> {
    await this.#order({ links });
  }

  /** Whether a node has ever asked for another one. */
  get isAsked(): boolean {
    return this.#process.printed.includes('asked\n');
  }

  /** Where a node listens for others, and has a port mapper, that does not tell so to its port mapper here. */
  async tell(node: NodeName, address: Address, portMapper: Address): Promise<void> {
    await this.#order({ node, address, portMapper });
  }

  /**
   * A node of which `tell` told is gone, and its address with it: who asks for it is refused at once, as by the machine of
   * a dead process, and not left waiting, as for a machine that is off.
   */
  async forget(node: NodeName): Promise<void> {
    await this.#order({ gone: node });
  }

  async remove(): Promise<void> {
    await this.#process.kill();
  }

  async #order(what: object): Promise<void> {
    this.#orders += 1;
    const id = this.#orders;
    this.#process.tell(JSON.stringify({ id, ...what }));
    const isDone = await askUntil(
      async () => this.#process.printed.includes(`done ${id}\n`) || this.#process.end !== undefined,
      Boolean,
      { within: answerMs, interval: 5 },
    );
    if (!isDone || this.#process.end !== undefined)
      throw new CouldNotRun(`The relays between the nodes do not obey: ${this.#process.printed}`);
  }
}
