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
    /** The client's own certificate and key, PEM; absent: it has none. */
    certificate?: { cert: string; key: string };
    /** The only version that it speaks; default: 1.2 and 1.3. */
    version?: 'TLSv1.2' | 'TLSv1.3';
    /** Its cipher suites, as OpenSSL calls them; default: those of Node.js. */
    ciphers?: string;
  };
  /** How it logs in; default: PLAIN, with user and password. EXTERNAL: by its certificate. */
  mechanism?: 'EXTERNAL';
}

/** What Node.js needs for TLS; nothing for a plain connection. */
export function tlsOptionsOf({ tls }: Pick<ConnectionOptions, 'tls'>) {
  if (tls === undefined) return undefined;
  const trust = tls.ca === undefined ? { rejectUnauthorized: false } : { ca: [tls.ca] };
  const { serverName: servername, version, ciphers, certificate } = tls;
  return {
    servername,
    ...trust,
    ...certificate,
    ...(version === undefined ? {} : { minVersion: version, maxVersion: version }),
    ...(ciphers === undefined ? {} : { ciphers }),
  };
}

/** How another connection is opened to the same listener, as the same user. */
export function openingOf(options: ConnectionOptions): Opening {
  const { host, port, username, password, virtualHost, mechanism } = options;
  const tls = tlsOptionsOf(options);
  return {
    amqp: { host, port, ...(tls === undefined ? {} : { tls }) },
    username,
    password,
    virtualHost,
    ...(mechanism === undefined ? {} : { startOk: { mechanism, response: '' } }),
  };
}
