import { inWords } from './counters.ts';
import type { Evidence, EvidenceEvent } from './evidence.ts';
import { flagsOf } from './flags.ts';
import { onOneLine, shortened } from './printable.ts';
import { timelineInWords } from './timeline-words.ts';
import { lanesOf, type Lane, type Lanes } from './timeline-lanes.ts';
import { rowsOf, type EventRow, type Row } from './timeline-rows.ts';
import { arrow, escaped, head, headWidth, style, text } from './timeline-shapes.ts';
import { toneOf, tones } from './timeline-tones.ts';

const gutter = 68;
const rowHeight = 24;
const headHeight = 44;
const top = 40;
const characterWidth = 6.3;
const narrowestGap = 120;
const widestGap = 260;
/** Longer pictures repeat the heads of the lanes at their end. */
const mostRowsUnderOneHead = 30;

/** Labels of events that are drawn as one: all where they are few, else the first and the last. */
function labelOf({ events }: EventRow): string {
  const labels = events.flatMap(({ label }) => (label === undefined ? [] : [label]));
  const first = labels[0];
  if (first === undefined) return '';
  if (events.length === 1) return first;
  if (labels.every((label) => label === first)) return `(${shortened(first, 16)})`;
  return labels.length <= 4
    ? `(${labels.map((label) => shortened(label, 8)).join(', ')})`
    : `(${shortened(first, 10)} … ${shortened(labels.at(-1) ?? '', 10)})`;
}

interface Caption {
  what: string;
  label: string;
}

function captionOf(row: EventRow, lane: Lane | undefined): Caption {
  const { first, events } = row;
  const whose = lane?.shared === true ? `${first.actor}: ` : '';
  return {
    what: onOneLine(`${whose}${first.what}${events.length > 1 ? ` ×${events.length}` : ''}`),
    label: onOneLine([labelOf(row), ...flagsOf(first)].filter((part) => part !== '').join(', ')),
  };
}

function lengthOf({ what, label }: Caption): number {
  return what.length + (label === '' ? 0 : label.length + 1);
}

function captionText({ what, label }: Caption, room: number): string {
  const characters = Math.max(Math.floor(room / characterWidth), 8);
  const shownWhat = shortened(what, characters);
  const left = characters - shownWhat.length - 1;
  return label === '' || left < Math.min(label.length, 3)
    ? `<tspan class="d">${escaped(shownWhat)}</tspan>`
    : `<tspan class="d">${escaped(shownWhat)}</tspan> <tspan class="n">${escaped(shortened(label, left))}</tspan>`;
}

/** Where each lane stands: near its neighbour, yet so that what passes between them can be read. */
function positionsOf(lanes: Lanes, rows: readonly Row[]): number[] {
  const gaps = lanes.lanes
    .slice(1)
    .map((lane, left) =>
      Math.max(narrowestGap, (headWidth(lane) + headWidth(lanes.lanes[left] ?? lane)) / 2 + 12),
    );
  for (const row of rows) {
    if (row.type !== 'events') continue;
    const from = lanes.of(row.first);
    const to = lanes.opposite(row.first);
    if (to === undefined || Math.abs(from - to) !== 1) continue;
    const gap = Math.min(from, to);
    const wanted = lengthOf(captionOf(row, lanes.lanes[from])) * characterWidth + 28;
    gaps[gap] = Math.max(gaps[gap] ?? 0, Math.min(wanted, widestGap));
  }
  const positions = [gutter + 72];
  for (const gap of gaps) positions.push((positions.at(-1) ?? 0) + gap);
  return positions;
}

/** What happens to the broker as a whole concerns everybody. */
function isBand(event: EvidenceEvent): boolean {
  return event.kind === 'broker' && event.direction === 'note';
}

/** The parts of one picture, added from top to bottom. */
class Picture {
  readonly #words: string;
  readonly #lanes: Lanes;
  readonly #rows: Row[];
  readonly #positions: number[];
  readonly #width: number;
  readonly #bands: string[] = [];
  readonly #body: string[] = [];
  readonly #tones = new Set<string>();
  #y = top + headHeight + 14;
  #lastTime = '';

  constructor(evidence: Evidence) {
    this.#words = timelineInWords(evidence);
    this.#lanes = lanesOf(evidence);
    this.#rows = rowsOf(evidence);
    this.#positions = positionsOf(this.#lanes, this.#rows);
    this.#width = Math.max(Math.round((this.#positions.at(-1) ?? 0) + 110), 560);
    for (const row of this.#rows) {
      this.#draw(row);
      this.#y += rowHeight;
    }
    if (this.#rows.length === 0) this.#across('Nothing was recorded.');
  }

  #x(lane: number | undefined): number {
    return this.#positions[lane ?? 0] ?? gutter;
  }

  #time(at: number): void {
    const shown = at.toFixed(1);
    if (shown !== this.#lastTime) this.#body.push(text(gutter - 12, this.#y, 'd', shown, 'end'));
    this.#lastTime = shown;
  }

  #across(content: string, className = 'd h'): void {
    this.#body.push(text((gutter + this.#width) / 2, this.#y, className, content, 'middle'));
  }

  #draw(row: Row): void {
    if (row.type === 'events') {
      this.#time(row.at);
      this.#events(row);
    } else if (row.type === 'counters') {
      this.#time(row.at);
      const place = this.#x(this.#lanes.ofQueue(row.counters.queue));
      this.#body.push(text(place, this.#y, 'd h', escaped(`[ ${inWords(row.counters)} ]`), 'middle'));
    } else if (row.type === 'pause')
      this.#across(`⋮ ${Math.round(row.milliseconds).toLocaleString('en')} ms ⋮`);
    else {
      const where = row.recorded ? 'stand in the text' : 'were not recorded';
      this.#across(`⋯ ${row.events} more events ${where} ⋯`);
    }
  }

  #events(row: EventRow): void {
    const { first } = row;
    const lane = this.#lanes.of(first);
    const caption = captionOf(row, this.#lanes.lanes[lane]);
    const other = this.#lanes.opposite(first);
    if (isBand(first)) {
      const room = this.#width - gutter - 12;
      this.#bands.push(`<rect class="k" x="${gutter}" y="${this.#y - 14}" width="${room}" height="20"/>`);
      this.#across(captionText(caption, room), 'n');
    } else if (other === undefined || other === lane) this.#mark(row, caption, lane);
    else this.#arrow(row, caption, lane, other);
  }

  /** Something that happened to one actor alone. */
  #mark({ first }: EventRow, caption: Caption, lane: number): void {
    const tone = toneOf(first);
    const x = this.#x(lane);
    const outermost = lane > 0 && lane === this.#lanes.lanes.length - 1;
    this.#tones.add(tone);
    this.#body.push(
      `<circle class="bp-${tone}" cx="${Math.round(x)}" cy="${this.#y - 3}" r="3.5"/>`,
      text(outermost ? x - 9 : x + 9, this.#y, 'h', captionText(caption, 240), outermost ? 'end' : 'start'),
    );
  }

  #arrow({ first }: EventRow, caption: Caption, lane: number, other: number): void {
    const tone = toneOf(first);
    const [from, to] =
      first.direction === 'in' ? [this.#x(other), this.#x(lane)] : [this.#x(lane), this.#x(other)];
    this.#tones.add(tone);
    this.#body.push(
      text((from + to) / 2, this.#y, 'h', captionText(caption, Math.abs(from - to) - 16), 'middle'),
      arrow(from, to, this.#y + 5, tone),
    );
  }

  #heads(y: number): string {
    return this.#lanes.lanes.map((lane, index) => head(lane, this.#x(index), y)).join('');
  }

  #lines(): string {
    const lines = this.#lanes.lanes.map(
      (_lane, index) => `M${Math.round(this.#x(index))} ${top + 34}V${this.#y}`,
    );
    return `<path class="l" d="${lines.join('')}"/>`;
  }

  svg(title: string): string {
    const repeated = this.#rows.length > mostRowsUnderOneHead;
    const legendY = this.#y + (repeated ? headHeight : 0) + 18;
    let legendX = gutter;
    const legend = Object.entries(tones)
      .filter(([name]) => this.#tones.has(name))
      .map(([name, { meaning }]) => {
        const x = legendX;
        legendX += 36 + meaning.length * characterWidth + 20;
        return arrow(x, x + 30, legendY - 4, name) + text(x + 36, legendY, 'd', meaning, 'start');
      });
    const width = Math.max(this.#width, Math.round(legendX), Math.round(title.length * 8.4) + 32);
    const height = legendY + 16;
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" class="bp" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" role="img"><title>${escaped(`Timeline: ${title}`)}</title>` +
      `<desc>${escaped(this.#words)}</desc><style>${style()}</style>` +
      `<rect width="${width}" height="${height}" rx="8" style="fill:var(--bg)"/>` +
      text(16, 24, 't', escaped(title), 'start') +
      this.#bands.join('') +
      this.#lines() +
      this.#heads(top) +
      (repeated ? this.#heads(this.#y) : '') +
      text(gutter - 12, top + 28, 'd', 'ms', 'end') +
      this.#body.join('') +
      legend.join('') +
      '</svg>\n'
    );
  }
}

/**
 * A sequence diagram of what was seen: a lane for each producer, exchange, queue and consumer, time
 * downwards, an arrow for each event. One self-contained SVG that follows the reader's light or dark theme.
 */
export function timelineSvg(evidence: Evidence, title: string): string {
  return new Picture(evidence).svg(title);
}
