import type { Evidence } from '../../evidence/evidence.ts';
import type { Matrix } from '../matrix.ts';

/** The evidence of one claim, by the id of the broker, with the queue type where there are several. */
export type EvidenceOfClaim = Readonly<Record<string, Evidence>>;

/** The matrix that this page was made with. */
export function embeddedMatrix(): Matrix {
  const matrix: Matrix = JSON.parse(document.querySelector('#matrix')?.textContent ?? '');
  return matrix;
}

/** Unpacks the evidence of a claim: it stands in the page compressed, claim by claim. */
export async function embeddedEvidence(claim: string): Promise<EvidenceOfClaim> {
  if (document.readyState === 'loading')
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));

  const packed = document.querySelector(`script[data-evidence="${CSS.escape(claim)}"]`)?.textContent;
  if (packed === undefined || packed === null) return {};
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const evidence: EvidenceOfClaim = await new Response(unpacked).json();
  return evidence;
}
