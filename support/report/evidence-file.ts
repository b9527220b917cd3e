import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Evidence } from '../evidence/evidence.ts';

/** Writes what was seen while each spec ran, by the names of the outcomes, beside the results of the run. */
export function writeEvidence(file: string, evidence: ReadonlyMap<string, Evidence>): void {
  writeFileSync(file, JSON.stringify(Object.fromEntries(evidence)));
}

/** Reads it again; nothing, where a run left none. */
export function readEvidence(file: string): ReadonlyMap<string, Evidence> {
  if (!existsSync(file)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Evidence>));
}
