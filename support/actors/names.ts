/** A queue, or its name. */
export type QueueName = string | { readonly name: string };
/** An exchange, or its name; `''` is the default exchange. */
export type ExchangeName = string | { readonly name: string };

export function nameOf(named: QueueName | ExchangeName): string {
  return typeof named === 'string' ? named : named.name;
}
