import type { Access, ClusterNode } from '../broker.ts';
import { ask } from '../handshake.ts';

const intervalMs = 500;

/**
 * Sees whether a node comes back by itself that is to stay down. What a claim says of the time without it would be about
 * another cluster then.
 */
export class CameBack {
  #seen: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(node: ClusterNode, access: Access) {
    const look = async (): Promise<void> => {
      const cameBack = await ask({ amqp: node.amqp, ...access }, { within: intervalMs }).then(
        () => true,
        () => false,
      );
      if (this.#isOver) return;
      if (cameBack) this.#seen = `node ${node.name} came back before NODE_START_COMMAND ran`;
      else this.#timer = setTimeout(() => void look(), intervalMs).unref();
    };
    this.#timer = setTimeout(() => void look(), intervalMs).unref();
  }

  /** What was seen; `undefined`: nobody was let in. */
  get seen(): string | undefined {
    return this.#seen;
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}
