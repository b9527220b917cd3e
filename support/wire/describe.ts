import { inspect } from 'node:util';

import { Command } from './command.ts';
import { bodySize } from './content-header.ts';
import type { FieldTable } from './field-table.ts';
import type { Frame } from './frame.ts';
import { plain } from './plain-table.ts';

/** Arguments that may hold a password. */
const secret = new Set(['response', 'newSecret']);

/** A command, or a frame that belongs to none, in one line for people: `queue.declare-ok { queue: 'tasks' … }`. */
export function describe(received: Command | Frame): string {
  const on = received.channel === 0 ? '' : ` on channel ${received.channel}`;
  if (!(received instanceof Command)) {
    const octets = received.type === 'protocol-header' ? received.payload : undefined;
    return `${frameInWords(received)}${octets === undefined ? '' : ` ${octets.toString('hex')}`}${on}`;
  }
  const [, header] = received.frames;
  const content = header === undefined ? '' : `, ${bodySize(header)} octets of body`;
  return `${received.name}${on} ${shown(received)}${content}`;
}

/** Its type, and what was made wrong in it: `method frame with end 0xcf`. */
export function frameInWords({ type, fault }: Frame): string {
  const faults = Object.entries(fault).map(([what, value]) => `${what} 0x${value.toString(16)}`);
  return `${type}${faults.length === 0 ? '' : ` with ${faults.join(', ')}`}`;
}

function shown(command: Command): string {
  const values: [string, unknown][] = Object.entries(command.arguments);
  const entries = values.map(([name, value]) => [name, secret.has(name) ? '…' : readable(value)]);
  return inspect(Object.fromEntries(entries), {
    breakLength: Number.POSITIVE_INFINITY,
    depth: 6,
    maxStringLength: 200,
  });
}

function readable(value: unknown): unknown {
  return isTable(value) ? plain(value) : value;
}

/** No other argument is an array. */
function isTable(value: unknown): value is FieldTable {
  return Array.isArray(value);
}
