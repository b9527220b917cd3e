/** In which orders the claims can be read, and what each is called. */
export const orders = {
  claims: 'Claims',
  documentation: 'Documentation',
  rules: 'Rules of AMQP 0-9-1',
  tutorials: 'Tutorials',
  mutants: 'Mutants',
} as const;
export type Order = keyof typeof orders;
