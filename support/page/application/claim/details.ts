import { useEffect, useState } from 'preact/hooks';
import { type DetailsOfClaim, embeddedDetails } from '../embedded.ts';

/** The details of a claim, or why they can't be read; neither until they are unpacked. */
export interface Unpacked {
  details?: DetailsOfClaim;
  fault?: string;
}

export function useDetails(claim: string): Unpacked {
  const [unpacked, setUnpacked] = useState<Unpacked & { claim?: string }>({});
  useEffect(() => {
    let isWanted = true;
    const show = (found: Unpacked): void => {
      if (isWanted) setUnpacked({ claim, ...found });
    };
    embeddedDetails(claim).then(
      (details) => show({ details }),
      (error: unknown) => show({ fault: String(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [claim]);
  return unpacked.claim === claim ? unpacked : {};
}
