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

export const clientCertificatesNotDemanded = mutant(
  'client-certificates-not-demanded',
  'takes clients without a certificate, or with any, where it is to demand one of its authority',
  { kind: 'tls', wrong: 'certificate not demanded' },
);

export const tlsSettingsIgnored = mutant(
  'tls-settings-ignored',
  'speaks any version of TLS with any cipher suite, whatever it is told to',
  { kind: 'tls', wrong: 'settings ignored' },
);
