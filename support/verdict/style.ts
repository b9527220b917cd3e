import type picocolors from 'picocolors';

import { verdicts, type Verdict } from './verdict.ts';

/** All verdicts, in the order in which reports show them. */
export const verdictNames = Object.keys(verdicts).filter((name): name is Verdict => name in verdicts);

/** The colours of the terminal, or none. */
export type Colors = ReturnType<typeof picocolors.createColors>;

const styles = {
  proven: { sign: '✓', color: 'green' },
  holds: { sign: '✓', color: 'green' },
  violated: { sign: '✗', color: 'red' },
  deviates: { sign: '≠', color: 'yellow' },
  'not applicable': { sign: '–', color: 'dim' },
  'not testable': { sign: '–', color: 'dim' },
  'could not run': { sign: '!', color: 'magenta' },
} as const satisfies Record<Verdict, { sign: string; color: keyof Colors }>;

/** The text in the colour of the verdict. */
export function paint(verdict: Verdict, text: string, colors: Colors): string {
  return colors[styles[verdict].color](text);
}

/** The verdict as one character, which tells it without its colour too. */
export function sign(verdict: Verdict, colors: Colors): string {
  return paint(verdict, styles[verdict].sign, colors);
}
