import { nameOf, type ExchangeName, type QueueName } from '../actors/names.ts';
import type { ManagementClient } from '../management/client.ts';

type Policies = ReturnType<ManagementClient['in']>['policies'];

/** A policy that a spec sets, for queues or exchanges that it names, whether they are there or not yet. */
export class Policy {
  readonly #policies: Policies;
  readonly #name: string;
  readonly #pattern: string;
  readonly #to: 'queues' | 'exchanges';

  constructor(
    policies: Policies,
    name: string,
    to: 'queues' | 'exchanges',
    of: readonly (QueueName | ExchangeName)[],
  ) {
    this.#policies = policies;
    this.#name = name;
    this.#to = to;
    const names = of.map((each) => nameOf(each).replaceAll(/\W/g, String.raw`\$&`));
    this.#pattern = `^(${names.join('|')})$`;
  }

  /** Sets it, or changes what it says. */
  async set(definition: Record<string, unknown>): Promise<void> {
    await this.#policies.put(this.#name, { pattern: this.#pattern, definition, 'apply-to': this.#to });
  }

  async delete(): Promise<void> {
    await this.#policies.delete(this.#name);
  }
}
