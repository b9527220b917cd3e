import { mutant } from '../mutant.ts';

export const certificateOfAnotherAuthority = mutant(
  'certificate-of-another-authority',
  'shows a certificate that another authority has signed',
  {
    kind: 'tls',
    wrong: 'authority',
  },
);

export const plainTakenOnTlsPort = mutant(
  'plain-taken-on-tls-port',
  'takes plain AMQP on its TLS port as well',
  { kind: 'tls', wrong: 'plain accepted' },
);
