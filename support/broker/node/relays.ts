import { fileURLToPath } from 'node:url';

import { CouldNotRun } from '../../errors.ts';
import { askUntil } from '../../waiting/until.ts';
import { type LinkFault, type NodeName, nodeNames } from '../broker.ts';
import { ProcessGroup } from '../processes/process-group.ts';
import type { ReservedPorts } from './ports.ts';

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

  /** @param names of the nodes, before the @ */
  static async start(names: Record<NodeName, string>, { ports }: ReservedPorts): Promise<Relays> {
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
      await relays.#order({ nodes });
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
