import { methodName, type Refusal } from '../wire/index.ts';

export { ConnectionLost, RefusedByBroker } from '../wire/index.ts';

/** What a spec expects of a refusal. */
export interface ExpectedRefusal {
  scope: 'channel' | 'connection';
  code: number;
  /** The method that must be named as the cause; absent: any. */
  method?: string;
  /** What the reply text of RabbitMQ must contain. */
  text: string | RegExp;
}

/**
 * The broker ends the channel, and the connection goes on.
 *
 * @see https://www.rabbitmq.com/docs/channels#error-handling
 */
export function channelError(code: number, text: string | RegExp, method?: string): ExpectedRefusal {
  return { scope: 'channel', code, text, ...(method === undefined ? {} : { method }) };
}

/**
 * The broker ends the whole connection.
 *
 * @see https://www.rabbitmq.com/docs/connections#error-handling
 */
export function connectionError(code: number, text: string | RegExp, method?: string): ExpectedRefusal {
  return { scope: 'connection', code, text, ...(method === undefined ? {} : { method }) };
}

/** Reads the refusal out of an error of the client library, if it is one. */
export function refusalOf(error: unknown, scope: Refusal['scope']): Refusal | undefined {
  if (!(error instanceof Error)) return undefined;
  // The code of a refused handshake is in the text alone
  const handshake = /^Handshake terminated by server: (?<code>\d+)/.exec(error.message)?.groups?.['code'];
  const code = handshake === undefined && 'code' in error ? error.code : Number(handshake);
  if (typeof code !== 'number' || Number.isNaN(code)) return undefined;
  // "… closed by server: 404 (NOT-FOUND) with message "NOT_FOUND - no queue …""
  const text = /with message "(?<text>.*)"/s.exec(error.message)?.groups?.['text'] ?? error.message;
  const classId = 'classId' in error ? Number(error.classId) : 0;
  const methodId = 'methodId' in error ? Number(error.methodId) : 0;
  const method = methodName(classId, methodId);
  return { scope, code, text, ...(method === undefined ? {} : { method }) };
}
