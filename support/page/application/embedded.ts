import type { Details } from '../../matrix/merge.ts';
import type { PageData } from '../page-data.ts';

/** The details of one claim, by the id of the broker, with the queue type where there are several. */
export type DetailsOfClaim = Readonly<Record<string, Details>>;

/** What this page was made with. */
export function embeddedData(): PageData {
  const data: PageData = JSON.parse(document.querySelector('#data')?.textContent ?? '');
  return data;
}

/** Unpacks the details of a claim: they stand in the page compressed, claim by claim. */
export async function embeddedDetails(claim: string): Promise<DetailsOfClaim> {
  if (document.readyState === 'loading')
    await new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve, { once: true }));

  const packed = document.querySelector(`script[data-details="${CSS.escape(claim)}"]`)?.textContent;
  if (packed === undefined || packed === null) return {};
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const details: DetailsOfClaim = await new Response(unpacked).json();
  return details;
}
