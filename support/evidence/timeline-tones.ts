import type { EvidenceEvent } from './evidence.ts';

/** How an arrow is drawn: its meaning as the legend tells it, its colour on light and on dark, and its dashes. */
export interface Tone {
  meaning: string;
  light: string;
  dark: string;
  dashes?: string;
  thick?: boolean;
}

/** Each can be told from the others without its colour too. */
export const tones = {
  publish: { meaning: 'publish', light: '#0b5cad', dark: '#6cb6ff', thick: true },
  deliver: { meaning: 'deliver', light: '#1a7f37', dark: '#56d364' },
  settle: { meaning: 'acknowledge, confirm', light: '#4d7c0f', dark: '#a3cf4e', dashes: '6 3' },
  refuse: { meaning: 'nack, reject, return', light: '#a85b00', dark: '#f0a33f', dashes: '2 3' },
  end: {
    meaning: 'close, cancel, failure',
    light: '#c4232b',
    dark: '#ff7b72',
    dashes: '9 3 2 3',
    thick: true,
  },
  other: { meaning: 'everything else', light: '#66707b', dark: '#9aa4af' },
} as const satisfies Record<string, Tone>;
type ToneName = keyof typeof tones;

const ofMethod: Record<string, ToneName> = {
  'basic.publish': 'publish',
  'basic.deliver': 'deliver',
  'basic.get-ok': 'deliver',
  'basic.ack': 'settle',
  'tx.commit': 'settle',
  'basic.nack': 'refuse',
  'basic.reject': 'refuse',
  'basic.return': 'refuse',
  'tx.rollback': 'refuse',
  'basic.recover': 'refuse',
};

export function toneOf({ what, direction }: EvidenceEvent): ToneName {
  const known = ofMethod[what];
  if (known !== undefined) return known;
  const ended = /\.(close|cancel)$/.test(what) && direction === 'in';
  return ended || /lost|refused|exit|died|cut|kill|error/.test(what) ? 'end' : 'other';
}
