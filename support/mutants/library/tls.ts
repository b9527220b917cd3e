import { mutant, widely } from '../mutant.ts';
import { because } from './because.ts';

export const certificateOfAnotherAuthority = widely(
  because.trust,
  mutant('certificate-of-another-authority', 'shows a certificate that another authority has signed', {
    kind: 'tls',
    wrong: 'authority',
  }),
);

export const plainTakenOnTlsPort = mutant(
  'plain-taken-on-tls-port',
  'takes plain AMQP on its TLS port as well',
  { kind: 'tls', wrong: 'plain accepted' },
);
