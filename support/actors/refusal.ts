import { methodName, RefusedByBroker, type Refusal } from '../wire/index.ts';

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
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'number')) return undefined;
  // "… closed by server: 404 (NOT-FOUND) with message "NOT_FOUND - no queue …""
  const text = /with message "(?<text>.*)"/s.exec(error.message)?.groups?.['text'] ?? error.message;
  const classId = 'classId' in error ? Number(error.classId) : 0;
  const methodId = 'methodId' in error ? Number(error.methodId) : 0;
  const method = methodName(classId, methodId);
  return { scope, code: error.code, text, ...(method === undefined ? {} : { method }) };
}

/**
 * Turns an error of the client library into what the broker did.
 *
 * @param end why nothing more comes on the channel, if so
 */
export async function reasonOf(error: unknown, end: () => Error | undefined): Promise<unknown> {
  const refusal = refusalOf(error, 'channel');
  if (refusal !== undefined) return new RefusedByBroker(refusal, { cause: error });
  // A pending method is rejected just before the end of its connection is told
  await new Promise(setImmediate);
  return end() ?? error;
}
