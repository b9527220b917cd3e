import { z } from 'zod';
import { plain, RawConnection } from '../wire/index.ts';
import type { Access, Address } from './broker.ts';

/** What a broker proposes in `connection.tune`. */
export interface Tuning {
  /** Channels of a connection at the most; 0: no limit. */
  channel_max: number;
  /** Octets of a frame at the most; 0: no limit. */
  frame_max: number;
  /** Seconds; 0: none. */
  heartbeat: number;
}

/** What a broker says of itself when it is asked. */
export interface Asked {
  /** The extensions of its table `capabilities`; what does not stand there it does not announce. */
  announced: Readonly<Record<string, boolean>>;
  configuration: Tuning;
}

const serverProperties = z.object({ capabilities: z.record(z.string(), z.unknown()).default({}) });

/**
 * Asks a broker for its extensions and its configuration, by the handshake of a connection.
 *
 * @throws CouldNotRun or ConversationError when there is no handshake
 */
export async function ask({
  amqp,
  username,
  password,
  virtualHost,
}: Access & { amqp: Address }): Promise<Asked> {
  const connection = await RawConnection.connect(amqp);
  try {
    const { start, tune } = await connection.open({ username, password, virtualHost });
    await connection.send('connection.close', { replyCode: 200 });
    await connection.expect('connection.close-ok');
    const { capabilities } = serverProperties.parse(plain(start.serverProperties));
    return {
      announced: Object.fromEntries(Object.entries(capabilities).map(([name, has]) => [name, has === true])),
      configuration: {
        channel_max: tune?.channelMax ?? 0,
        frame_max: tune?.frameMax ?? 0,
        heartbeat: tune?.heartbeat ?? 0,
      },
    };
  } finally {
    connection.destroy();
  }
}
