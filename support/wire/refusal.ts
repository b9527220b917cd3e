import type { Command } from './command.ts';
import { methodName } from './method-lookup.ts';

/** How a broker refuses: a channel or a whole connection ends, with a code and a text. */
export interface Refusal {
  /** What was closed. */
  scope: 'channel' | 'connection';
  /** The reply code: 404. */
  code: number;
  /** The reply text: `NOT_FOUND - no queue 'tasks' in vhost '/'`. */
  text: string;
  /** The method that was refused, if the broker names one: `queue.declare`. */
  method?: string;
}

/** The broker closed a channel or a connection, and told why. */
export class RefusedByBroker extends Error {
  override readonly name = 'RefusedByBroker';
  readonly refusal: Refusal;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    const by = refusal.method === undefined ? '' : ` (${refusal.method})`;
    super(`The broker closed the ${refusal.scope}: ${refusal.code} ${refusal.text}${by}`, options);
    this.refusal = refusal;
  }
}

/** The connection ended without a `connection.close` of the broker: the socket broke, or was never there. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** What a close of the broker's tells. */
export function refusalIn(close: Command<'channel.close'> | Command<'connection.close'>): Refusal {
  const { replyCode: code, replyText, classId, methodId } = close.arguments;
  const method = methodName(classId, methodId);
  return {
    scope: close.name === 'channel.close' ? 'channel' : 'connection',
    code,
    text: replyText.toString(),
    ...(method === undefined ? {} : { method }),
  };
}
