import picocolors from 'picocolors';
import { timelineText } from '../evidence/timeline-text.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import { paint } from '../verdict/style.ts';
import { type ClaimResult, messagesOf } from './claim-result.ts';

/** Of how many outcomes timelines are shown on the terminal. */
const mostTimelines = 4;

/** Who watches a claim wants to see what it did, and nothing else; `undefined` of more outcomes than that. */
export function watchedText(results: readonly ClaimResult[]): string | undefined {
  return results.length > mostTimelines ? undefined : results.map(timelineOf).join('\n\n');
}

function timelineOf(result: ClaimResult): string {
  const { claim, queueType, verdict, evidence } = result;
  return [
    `${outcomeName(claim.id, queueType)}: ${paint(verdict, verdict, picocolors)}`,
    ...(evidence === undefined ? [] : [timelineText(evidence).trimEnd()]),
    // What happened stands above
    ...messagesOf(result).map((message) => message.split('\n\n', 1).join('')),
  ].join('\n');
}
