import type { MethodArguments } from './methods.ts';
import { table } from './plain-table.ts';

/** The steps of the handshake, in order. */
type HandshakeStep =
  | 'TCP'
  | 'connection.start'
  | 'connection.start-ok'
  | 'connection.tune'
  | 'connection.tune-ok'
  | 'connection.open'
  | 'connection.open-ok';

export interface HandshakeOptions {
  username: string;
  password: string;
  /** Default: `/`. */
  virtualHost?: string;
  /** Stop after this step; default: `connection.open-ok`, the last one. `TCP`: say nothing at all. */
  until?: HandshakeStep;
  /** Say this instead of PLAIN with user and password, en_US, and all the capabilities that clients have. */
  startOk?: Partial<MethodArguments<'connection.start-ok'>>;
  /** Say this instead of what the server proposed, with heartbeats off. */
  tuneOk?: Partial<MethodArguments<'connection.tune-ok'>>;
}

/** What client libraries say, so that the server treats a raw connection as it treats them. */
export function usualStartOk({
  username,
  password,
}: HandshakeOptions): MethodArguments<'connection.start-ok'> {
  return {
    clientProperties: table({
      product: 'brokerproof',
      capabilities: {
        publisher_confirms: true,
        exchange_exchange_bindings: true,
        'basic.nack': true,
        consumer_cancel_notify: true,
        'connection.blocked': true,
        authentication_failure_close: true,
      },
    }),
    mechanism: 'PLAIN',
    response: `\0${username}\0${password}`,
    locale: 'en_US',
  };
}
