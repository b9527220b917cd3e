/** How many of the systematic mutants specs have noticed on a broker. */
export interface SystematicCounts {
  /** That follow from the table of methods, and apply to the broker. */
  mutants: number;
  killed: number;
  /** That no spec notices, and it is known why nothing could. */
  explained: number;
}

/** In tenths of a percent, and never all where one is missing. */
export function rateText({ mutants, killed, explained }: SystematicCounts): string {
  return `${(Math.floor(((killed + explained) * 1_000) / Math.max(mutants, 1)) / 10).toFixed(1)} %`;
}
