import type { Access, Address } from '../broker/broker.ts';
import type { Opening } from '../broker/handshake.ts';
import type { QueueTypeUnderTest } from './queue-type-under-test.ts';

/** Where and as whom to connect. */
export interface ConnectionOptions extends Address, Access {
  /** Client-provided connection name, as operators see it. */
  name: string;
  /** Seconds; 0, the default, switches heartbeats off. */
  heartbeat?: number;
  /** Of which queues are that are declared on it; default: of the broker's own default. */
  queueType?: QueueTypeUnderTest;
  /** Absent: a plain connection. */
  tls?: {
    /** Certificate authorities that are trusted, PEM; absent: the certificate is not verified. */
    ca?: string;
    /** The name that the certificate must carry. */
    serverName: string;
  };
}

/** What Node.js needs for TLS; nothing for a plain connection. */
export function tlsOptionsOf({ tls }: Pick<ConnectionOptions, 'tls'>) {
  if (tls === undefined) return undefined;
  const trust = tls.ca === undefined ? { rejectUnauthorized: false } : { ca: [tls.ca] };
  return { servername: tls.serverName, ...trust };
}

/** How another connection is opened to the same listener, as the same user. */
export function openingOf(options: ConnectionOptions): Opening {
  const { host, port, username, password, virtualHost } = options;
  const tls = tlsOptionsOf(options);
  return {
    amqp: { host, port, ...(tls === undefined ? {} : { tls }) },
    username,
    password,
    virtualHost,
  };
}
