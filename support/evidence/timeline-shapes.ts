import { onOneLine, shortenedInside } from './printable.ts';
import type { Lane } from './timeline-lanes.ts';
import { tones, type Tone } from './timeline-tones.ts';

const longestName = 22;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
export function escaped(text: string): string {
  return onOneLine(text).replace(/[&<>"]/g, (character) => escapes[character] ?? character);
}

export function style(): string {
  const all: [string, Tone][] = Object.entries(tones);
  const colours = (of: 'light' | 'dark'): string =>
    all.map(([name, tone]) => `.bp-${name}{stroke:${tone[of]};--t:${tone[of]}}`).join('');
  const lines = all.map(([name, tone]) => {
    const dashes = tone.dashes === undefined ? '' : `stroke-dasharray:${tone.dashes};`;
    return `.bp-${name}{${dashes}stroke-width:${tone.thick ? 2 : 1.4}}`;
  });
  return (
    '.bp{--bg:#fff;--fg:#1f2328;--dim:#66707b;--box:#f3f5f7;--line:#d0d7de;--band:#fff1d6;' +
    'font:11px system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}' +
    '.bp text{fill:var(--fg)}.bp .d{fill:var(--dim)}.bp .t{font-size:14px;font-weight:600}' +
    '.bp .n{font-weight:600;fill:var(--fg)}.bp .h{paint-order:stroke;stroke:var(--bg);stroke-width:4px;stroke-linejoin:round}' +
    '.bp .b{fill:var(--box);stroke:var(--line)}.bp .l{stroke:var(--line)}.bp .k{fill:var(--band)}' +
    `.bp path{fill:none}.bp circle{fill:var(--t)}${lines.join('')}${colours('light')}` +
    '@media(prefers-color-scheme:dark){.bp{--bg:#161b22;--fg:#e6edf3;--dim:#9aa4af;--box:#21262d;--line:#3d444d;' +
    `--band:#4a3512}${colours('dark')}}`
  );
}

/** @param content escaped, or made of elements */
export function text(
  x: number,
  y: number,
  className: string,
  content: string,
  anchor: 'start' | 'middle' | 'end',
): string {
  return (
    `<text x="${Math.round(x)}" y="${y}" class="${className}"` +
    `${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${content}</text>`
  );
}

export function headWidth({ name }: Lane): number {
  return Math.max(72, Math.min(name.length, longestName) * 6.8 + 18);
}

const corners: Partial<Record<Lane['kind'], number>> = { queue: 0, exchange: 16, broker: 2 };

export function head(lane: Lane, x: number, y: number): string {
  const name = escaped(shortenedInside(lane.name, longestName));
  const width = headWidth(lane);
  const left = Math.round(x - width / 2);
  const bars =
    lane.kind === 'queue'
      ? `<path class="l" d="M${left + 5} ${y}v34M${Math.round(x + width / 2) - 5} ${y}v34"/>`
      : '';
  return (
    `<rect class="b" x="${left}" y="${y}" width="${Math.round(width)}" height="34" rx="${corners[lane.kind] ?? 6}"/>` +
    bars +
    (lane.name === lane.role
      ? text(x, y + 21, 'n', name, 'middle')
      : text(x, y + 15, 'n', name, 'middle') + text(x, y + 28, 'd', lane.role, 'middle'))
  );
}

export function arrow(from: number, to: number, y: number, tone: string): string {
  const end = Math.round(to + (to > from ? -3 : 3));
  const back = to > from ? -6 : 6;
  return (
    `<path class="bp-${tone}" d="M${Math.round(from)} ${y}H${end}"/>` +
    `<path class="bp-${tone}" style="stroke-dasharray:none" d="M${end + back} ${y - 4}l${-back} 4l${back} 4"/>`
  );
}
