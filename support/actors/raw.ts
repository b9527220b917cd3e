import type { Seen, Witness } from '../evidence/recorder.ts';
import { Command, type Frame, RawConnection } from '../wire/index.ts';
import { labelOf } from './messages.ts';

/** A raw connection of which the timeline tells everything. */
export async function witnessedRawConnection(
  address: { host: string; port: number },
  connection: number,
  witness: Witness,
): Promise<RawConnection> {
  return await RawConnection.connect(address, {
    watch: (direction, said) => witness.saw({ direction, connection, ...seen(said) }),
  });
}

function seen(said: Command | Frame | Buffer | string): Omit<Seen, 'direction'> {
  if (typeof said === 'string') return { what: `TCP ${said}` };
  if (Buffer.isBuffer(said)) return { what: 'octets', label: labelOf(said) };
  const { channel } = said;
  if (!(said instanceof Command))
    return { what: `${said.type} frame`, channel, label: labelOf(said.payload) };
  const values = Object.entries(said.arguments).filter(isShort);
  const fields = Object.fromEntries(values.map(([name, value]) => [name, shown(value)]));
  const label = said.frames.length > 1 ? labelOf(said.body) : labelOfReply(fields);
  const via = whereTo(fields);
  return {
    what: said.name,
    channel,
    fields,
    ...(label === undefined ? {} : { label }),
    ...(via === undefined ? {} : { via }),
  };
}

/** Tables and secrets have no room in a line of the timeline. */
function isShort([name, value]: [string, unknown]): boolean {
  return name !== 'response' && name !== 'newSecret' && !(Array.isArray(value) || Buffer.isBuffer(value));
}

function shown(value: unknown): string | number | boolean {
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}

function labelOfReply({ replyCode, replyText }: NonNullable<Seen['fields']>): string | undefined {
  return replyCode === undefined ? undefined : `${replyCode} ${replyText}`;
}

function whereTo({ queue, exchange, routingKey }: NonNullable<Seen['fields']>): Seen['via'] {
  if (typeof queue === 'string' && queue !== '') return { kind: 'queue', name: queue };
  if (typeof exchange !== 'string') return undefined;
  return exchange === '' ? { kind: 'queue', name: String(routingKey) } : { kind: 'exchange', name: exchange };
}
