import type { BrokerDescription } from '../broker/broker.ts';
import { type Made, takeAway } from '../broker/take-away.ts';
import type { BrokerUnderTest } from '../broker/under-test/client.ts';
import type { LedgerOfSpecs } from '../broker/under-test/ledger.ts';
import { CouldNotRun } from '../errors.ts';
import type { EvidenceEvent } from '../evidence/evidence.ts';

/** Longest time that taking away may take between two files, in milliseconds; what is left then is the run's. */
const removalMs = 10_000;

/** What the specs of this process leave behind, by their virtual host. */
const left = new Map<string, Map<string, Made>>();

/** Whether specs run in a virtual host that is there already, of a broker that goes on living with what they leave. */
export function isGuest({ provider, capabilities }: BrokerDescription): boolean {
  return provider === 'external' && !capabilities.includes('administration');
}

/** What a spec makes by AMQP and leaves behind. */
export class Leavings {
  readonly #run: string;
  readonly #isGuest: boolean;
  /** Absent where everything goes with the broker. */
  readonly #ledger: LedgerOfSpecs | undefined;
  readonly #made = new Map<string, Made>();
  readonly #ended: (() => void) | undefined;
  #over = false;

  /** @param end ends the spec, when the run is interrupted on a broker that goes on living */
  constructor(broker: BrokerUnderTest, description: BrokerDescription, end: () => Promise<void>) {
    this.#run = broker.run;
    this.#isGuest = isGuest(description);
    this.#ledger = description.provider === 'external' ? broker.ledger : undefined;
    this.#ended = this.#ledger?.begins(end);
  }

  /** Takes note of what is declared, before it is; a broker's own name for a queue comes with the answer. */
  readonly note = ({ what, direction, via, fields }: EvidenceEvent): void => {
    const declares = direction === 'out' && (what === 'queue.declare' || what === 'exchange.declare');
    const named = direction === 'in' && what === 'queue.declare-ok';
    if (!this.#isGuest || via === undefined || !(declares || named)) return;
    if (fields?.['passive'] === true || fields?.['exclusive'] === true) return;
    // A queue or an exchange that somebody else called so was there before
    if (!via.name.startsWith(declares ? `${this.#run}.` : 'amq.')) return;
    const made = { kind: via.kind, name: via.name };
    this.#made.set(`${via.kind} ${via.name}`, made);
    this.#ledger?.makes(made);
  };

  /** @throws CouldNotRun when the spec was ended: nothing is to be made any more */
  checkOpen(): void {
    if (this.#over || this.#ledger?.ended === true) throw new CouldNotRun('The run was stopped.');
  }

  /** The spec is about to end. */
  close(): void {
    this.#over = true;
  }

  /**
   * The spec has ended.
   *
   * @param costly the names of queues that cost a broker something while they idle, wherever they are
   */
  leave(virtualHost: string | undefined, costly: readonly string[]): void {
    if (virtualHost !== undefined) {
      const all = left.get(virtualHost) ?? new Map<string, Made>();
      left.set(virtualHost, all);
      for (const name of costly) all.set(`queue ${name}`, { kind: 'queue', name });
      for (const [key, made] of this.#made) all.set(key, made);
    }
    this.#ended?.();
  }
}

/**
 * Takes away what was left, when nobody is in the virtual host any more: up to 3.10 at least, RabbitMQ answers who lists
 * its queues with 500 while a quorum queue is deleted. Told to the broker itself, as a mutant may not hear of it.
 */
export async function removeLeavings(broker: BrokerUnderTest): Promise<void> {
  const all = [...left];
  left.clear();
  for (const [virtualHost, made] of all) {
    if (made.size === 0) continue;
    const { description } = await broker.state();
    const { amqp, username, password } = description;
    // A virtual host that a spec made for itself is gone, with all that was in it
    const stays = await takeAway({ amqp, username, password, virtualHost }, [...made.values()], removalMs);
    if (!isGuest(description)) continue;
    for (const { kind, name } of stays) made.delete(`${kind} ${name}`);
    broker.ledger.tookAway([...made.values()]);
  }
}
