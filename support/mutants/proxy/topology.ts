import type { Command, MethodArguments } from '../../wire/index.ts';

/** Exchanges that every virtual host has. */
const predeclared = new Map([
  ['', 'direct'],
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
  ['amq.topic', 'topic'],
  ['amq.rabbitmq.trace', 'topic'],
]);

/** What clients declared through the proxy, on all of their connections. */
export class Topology {
  readonly #exchanges = new Map<string, string>();

  /** Takes notice of what a client said. */
  note(virtualHost: string, said: Command): void {
    if (!said.is('exchange.declare')) return;
    const { exchange, type, passive } = said.arguments;
    const key = keyOf(virtualHost, exchange);
    if (!passive && !this.#exchanges.has(key)) this.#exchanges.set(key, type.toString());
  }

  /** The type with which an exchange was declared first; `undefined` if that was not seen. */
  exchangeType(virtualHost: string, exchange: Name): string | undefined {
    return predeclared.get(exchange.toString()) ?? this.#exchanges.get(keyOf(virtualHost, exchange));
  }
}

type Name = MethodArguments<'exchange.declare'>['exchange'];

function keyOf(virtualHost: string, name: Name): string {
  return `${virtualHost}\0${name.toString()}`;
}
