import { RawConnection } from '../wire/index.ts';
import type { ConnectionOptions } from './connection.ts';
import type { Refusal } from '../wire/index.ts';

/**
 * amqplib forgets why the broker refused `connection.open` (no such virtual host, no access, a limit):
 * the same handshake once more, on the wire, tells.
 *
 * @returns `undefined` when the error is another
 */
export async function refusalOfOpen(
  error: unknown,
  { host, port, virtualHost, username, password }: Omit<ConnectionOptions, 'tls'>,
): Promise<Refusal | undefined> {
  if (
    !(error instanceof Error) ||
    !error.message.startsWith('Expected ConnectionOpenOk; got <ConnectionClose')
  )
    return undefined;

  const raw = await RawConnection.connect({ host, port });
  try {
    await raw.open({ username, password, virtualHost, until: 'connection.open' });
    const { arguments: close } = await raw.expect('connection.close');
    return {
      scope: 'connection',
      code: close.replyCode,
      text: String(close.replyText),
      method: 'connection.open',
    };
  } finally {
    raw.destroy();
  }
}
