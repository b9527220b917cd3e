import type { Course } from './evidence.ts';
import { escaped } from './timeline-shapes.ts';

const width = 680;
const left = 56;
const right = 16;
const top = 34;
const plotHeight = 110;
const legendHeight = 40;

const style =
  '.bc{--bg:#fff;--fg:#1f2328;--dim:#66707b;--line:#d0d7de;--band:#fff1d6;--ok:#0b5cad;--in:#1a7f37;--end:#c4232b;' +
  'font:11px system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}' +
  '.bc text{fill:var(--fg)}.bc .d{fill:var(--dim)}.bc path{fill:none;stroke-width:1.5}.bc .l{stroke:var(--line);stroke-width:1}' +
  '.bc .k{fill:var(--band)}.bc .c{stroke:var(--ok)}.bc .r{stroke:var(--in);stroke-dasharray:5 2}.bc .s{stroke:var(--end)}' +
  '@media(prefers-color-scheme:dark){.bc{--bg:#161b22;--fg:#e6edf3;--dim:#9aa4af;--line:#3d444d;--band:#4a3512;' +
  '--ok:#6cb6ff;--in:#56d364;--end:#ff7b72}}';

/**
 * How a history went, as a small chart: messages confirmed and delivered for each second, faults as bands, and the longest
 * silence of confirms. One self-contained SVG that follows the reader's light or dark theme.
 */
export function courseSvg(course: Course, title: string): string {
  const { lasted, interval, confirmed, delivered, faults, silence } = course;
  const rates = (counts: readonly number[]) => counts.map((count) => (count * 1000) / interval);
  const most = Math.max(1, ...rates(confirmed), ...rates(delivered));
  const x = (at: number) => Math.round((left + (at / lasted) * (width - left - right)) * 10) / 10;
  const y = (rate: number) => Math.round((top + plotHeight - (rate / most) * plotHeight) * 10) / 10;
  const bottom = top + plotHeight;
  const curve = (counts: readonly number[]) =>
    rates(counts)
      .map(
        (rate, place) =>
          `${place === 0 ? 'M' : 'V'}${place === 0 ? `${x(0)} ` : ''}${y(rate)}H${x((place + 1) * interval)}`,
      )
      .join('');
  const bands = faults.map(({ what, from, to }, place) => {
    const wide = Math.max(3, x(to) - x(from));
    const label = `<text x="${x(from)}" y="${top - 4 - (place % 2) * 11}" class="d">${escaped(what)}</text>`;
    return `<rect class="k" x="${x(from)}" y="${top}" width="${wide}" height="${plotHeight}"/>${label}`;
  });
  const quiet =
    silence === undefined
      ? ''
      : `<path class="s" d="M${x(silence.from)} ${bottom + 5}v-4v8v-4H${x(silence.to)}v-4v8"/>`;
  const words = wordsOf(course);
  const height = bottom + legendHeight;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="bc" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">` +
    `<title>${escaped(`Throughput: ${title}`)}</title><desc>${escaped(words)}</desc><style>${style}</style>` +
    `<rect width="${width}" height="${height}" rx="8" style="fill:var(--bg)"/>${bands.join('')}` +
    `<path class="l" d="M${left} ${top}V${bottom}H${width - right}"/>` +
    `<text x="${left - 6}" y="${top + 8}" text-anchor="end" class="d">${Math.round(most)}/s</text>` +
    `<text x="${left - 6}" y="${bottom}" text-anchor="end" class="d">0</text>` +
    `<text x="${width - right}" y="${bottom + 16}" text-anchor="end" class="d">${seconds(lasted)}</text>` +
    `<path class="r" d="${curve(delivered)}"/><path class="c" d="${curve(confirmed)}"/>${quiet}` +
    legend(bottom + 31, silence) +
    '</svg>\n'
  );
}

function legend(y: number, silence: Course['silence']): string {
  const entries: [string, string][] = [
    ['c', 'confirmed'],
    ['r', 'delivered'],
    ...(silence === undefined
      ? []
      : [
          ['s', `longest silence of confirms: ${Math.round(silence.to - silence.from)} ms`] as [
            string,
            string,
          ],
        ]),
  ];
  let x = left;
  return entries
    .map(([name, text]) => {
      const drawn = `<path class="${name}" d="M${x} ${y - 4}h26"/><text x="${x + 32}" y="${y}">${text}</text>`;
      x += 32 + text.length * 6.3 + 20;
      return drawn;
    })
    .join('');
}

/** The same for those who do not see it. */
export function wordsOf({ seed, lasted, faults, counts, wrongs, silence }: Course): string {
  const wrong = Object.entries(wrongs).filter(([, bodies]) => bodies.length > 0);
  return [
    `A history of ${seconds(lasted)}, with the seed ${seed}.`,
    ...faults.map(
      ({ what, from, to, struck }) =>
        `${what} at ${seconds(from)} for ${Math.round(to - from)} ms: ${struck} connections.`,
    ),
    ...(silence === undefined
      ? []
      : [
          `Longest silence of confirms: ${Math.round(silence.to - silence.from)} ms, from ${seconds(silence.from)} on.`,
        ]),
    ...Object.entries(counts).map(([name, count]) => `${inWords(name)}: ${count}`),
    ...(wrong.length === 0
      ? ['Nothing went wrong.']
      : wrong.map(([kind, bodies]) => `${inWords(kind)}: ${bodies.join(', ')}.`)),
  ].join('\n');
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** `confirmedBeforeStored` is "confirmed before stored". */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
