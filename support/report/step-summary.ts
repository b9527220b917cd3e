import { appendFileSync } from 'node:fs';
import { messageOf, whyNotWritten } from '../errors.ts';

/**
 * Adds Markdown to what GitHub shows of a job's step, where `GITHUB_STEP_SUMMARY` names its file.
 *
 * @returns why it could not be added, which is no reason for a run to fail
 */
export function addToStepSummary(markdown: string): string | undefined {
  const { GITHUB_STEP_SUMMARY: file } = process.env;
  if (!file) return undefined;
  try {
    appendFileSync(file, `${markdown}\n`);
    return undefined;
  } catch (error) {
    return `${file}, of GITHUB_STEP_SUMMARY, can't be written: ${whyNotWritten(error) ?? messageOf(error)}.`;
  }
}
