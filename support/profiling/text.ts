import type picocolors from 'picocolors';
import type { BrokerDescription } from '../broker/broker.ts';
import { announcedExtensions } from '../broker/extensions.ts';
import type { Asked } from '../broker/handshake.ts';
import { announcesAnything } from '../broker/profile.ts';
import { aligned } from '../evidence/aligned.ts';
import type { Inquiry } from './inquire.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

/** What a broker says of itself when a client connects, for a person. */
export function handshakeText(
  { title, product, version }: Pick<BrokerDescription, 'title' | 'product' | 'version'>,
  { announced, configuration: { channel_max, frame_max, heartbeat } }: Asked,
  colors: Colors,
): string {
  const has = announcedExtensions.filter((name) => announced[name] === true);
  const hasNot = announcedExtensions.filter((name) => announced[name] !== true);
  const capabilities = announcesAnything(announced)
    ? [
        ['announces', has.join(', ') || 'none of the extensions that are known here'],
        ['does not announce', hasNot.join(', ') || 'none: it announces them all'],
      ]
    : [['announces', 'nothing at all']];
  const rows = [
    ['product', product],
    ['version', version],
    ['channel_max', counted(channel_max, 'channels')],
    ['frame_max', counted(frame_max, 'octets')],
    ['heartbeat', heartbeat === 0 ? 'none' : `${heartbeat} s`],
    ...capabilities,
  ];
  return `${colors.bold(title)}\n${aligned(rows.map((row) => ['', ...row])).join('\n')}`;
}

/** What came of asking it for an extension, for a person to confirm. */
export function inquiryText({ extension, asks, has, seen }: Inquiry, colors: Colors): string {
  const [sign, answer] =
    has === undefined
      ? [colors.yellow('?'), 'not known']
      : has
        ? [colors.green('✓'), 'yes']
        : [colors.dim('–'), 'no'];
  return `${sign} ${colors.bold(extension)}\n    ${asks}\n    ${answer}: ${seen}`;
}

function counted(limit: number, what: string): string {
  return limit === 0 ? 'no limit' : `${limit} ${what}`;
}
