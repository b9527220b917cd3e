import { h, type JSX } from 'preact';
import type { MatrixResult, Standing } from './kill-matrix.ts';

interface MarkStyle {
  /** Tells the word without its colour too. */
  sign: string;
  tone: 'good' | 'bad' | 'odd' | 'plain';
}

const marks: Record<MatrixResult | Standing, MarkStyle> = {
  killed: { sign: '✓', tone: 'good' },
  survived: { sign: '✗', tone: 'bad' },
  'never fired': { sign: '○', tone: 'bad' },
  void: { sign: '!', tone: 'bad' },
  'not applicable': { sign: '∅', tone: 'plain' },
  'not tried': { sign: '–', tone: 'plain' },
  'not run': { sign: '…', tone: 'plain' },
  held: { sign: '✓', tone: 'good' },
  broken: { sign: '✗', tone: 'bad' },
  red: { sign: '✓', tone: 'good' },
  vacuous: { sign: '✗', tone: 'bad' },
  coupled: { sign: '⇄', tone: 'bad' },
  explained: { sign: '≈', tone: 'plain' },
  indifferent: { sign: '·', tone: 'plain' },
  proven: { sign: '✓', tone: 'good' },
  'holds, unproven': { sign: '?', tone: 'odd' },
  irrefutable: { sign: '∅', tone: 'plain' },
};

/** A result as sign and word. */
export function mark(name: MatrixResult | Standing): JSX.Element {
  const { sign, tone } = marks[name];
  return h('span', { class: `mark ${tone}` }, signed(sign), ` ${name}`);
}

/** A result as its sign alone; the word is read aloud. */
export function bareMark(name: MatrixResult): JSX.Element {
  const { sign, tone } = marks[name];
  return h('span', { class: `bare ${tone}` }, signed(sign), h('span', { class: 'aloud' }, name));
}

/** How often there was a result, as a tile; faint where it never occurred. */
export function tile(name: MatrixResult | Standing, count: number): JSX.Element {
  const { sign, tone } = marks[name];
  return h(
    'div',
    { class: `tile ${count === 0 ? 'none' : tone}` },
    h('dt', {}, signed(sign), ` ${name}`),
    h('dd', {}, String(count)),
  );
}

function signed(sign: string): JSX.Element {
  return h('span', { class: 'sign', 'aria-hidden': 'true' }, sign);
}
