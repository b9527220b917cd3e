/** What a run says of a claim. */
export const verdicts = {
  proven: 'The spec passed, and each of its mutants was killed.',
  holds: 'The spec passed; nobody has shown yet that it can fail.',
  violated: "The claim's own assertion failed.",
  deviates: 'Violated, and the profile of this broker declares it with a reason.',
  'not applicable': 'The claim does not apply to this product, version or extension.',
  'not testable': 'A capability that the spec needs is missing here.',
  'could not run': 'Set-up, a premise or the harness failed, or a deadline of the harness passed.',
} as const;
export type Verdict = keyof typeof verdicts;
