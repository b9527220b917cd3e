// The certificate library asks for this metadata before it is loaded.
import 'reflect-metadata';

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as x509 from '@peculiar/x509';

import type { TlsClients } from '../broker.ts';

/** Names of the files that {@link makeCertificates} writes. */
export const certificateFiles = {
  ca: 'ca.pem',
  certificate: 'server.pem',
  key: 'server-key.pem',
  otherCa: 'other-ca.pem',
  client: 'client.pem',
  clientKey: 'client-key.pem',
  stranger: 'stranger.pem',
  strangerKey: 'stranger-key.pem',
} as const;

/** The name in a client's certificate, which is that of a user of every broker that we start. */
export const clientName = 'client.test';

/** Where the certificates of one broker are. All files are PEM. */
export interface Certificates {
  /** The authority that signed the server's certificate. */
  caFile: string;
  certFile: string;
  keyFile: string;
  /** The one DNS name for which the server's certificate is good; no address of any machine. */
  serverName: string;
  /** An authority that signed nothing of this server. */
  otherCaFile: string;
  /** Of a client with the name `clientName`, signed by the server's authority. */
  client: TlsClients['known'];
  /** Of a client with the same name, signed by the other authority. */
  stranger: TlsClients['stranger'];
}

/** Of an elliptic curve. */
type KeyPair = Extract<Awaited<ReturnType<typeof crypto.subtle.generateKey>>, { privateKey: unknown }>;

const serverName = 'broker.test';
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Makes a certificate authority, certificates of a server and of a client signed by it, and a second authority with a
 * client, and writes them into `folder`, which is made if need be. They are good from yesterday on for a month, so clocks
 * of containers may differ.
 */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const [ca, otherCa] = await Promise.all([authority('brokerproof'), authority('brokerproof, another')]);
  const [server, client, stranger] = await Promise.all([
    signedBy(ca, serverName, x509.ExtendedKeyUsage.serverAuth),
    signedBy(ca, clientName, x509.ExtendedKeyUsage.clientAuth),
    signedBy(otherCa, clientName, x509.ExtendedKeyUsage.clientAuth),
  ]);

  await mkdir(folder, { recursive: true, mode: 0o700 });
  const write = async (name: string, pem: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, pem, { mode: 0o600 });
    return file;
  };
  return {
    caFile: await write(certificateFiles.ca, ca.certificate.toString('pem')),
    certFile: await write(certificateFiles.certificate, server.cert),
    keyFile: await write(certificateFiles.key, server.key),
    serverName,
    otherCaFile: await write(certificateFiles.otherCa, otherCa.certificate.toString('pem')),
    client: {
      certFile: await write(certificateFiles.client, client.cert),
      keyFile: await write(certificateFiles.clientKey, client.key),
    },
    stranger: {
      certFile: await write(certificateFiles.stranger, stranger.cert),
      keyFile: await write(certificateFiles.strangerKey, stranger.key),
    },
  };
}

/** The clients among them, as a broker's description tells of them. */
export function clientsWith({ client: known, stranger }: Certificates): TlsClients {
  return { name: clientName, known, stranger };
}

/** A server's certificate for a name, signed by an authority that nobody else knows, and its key; both PEM. */
export async function unknownCertificate(name: string): Promise<{ cert: string; key: string }> {
  return await signedBy(await authority('brokerproof, unknown'), name, x509.ExtendedKeyUsage.serverAuth);
}

async function signedBy(
  ca: Authority,
  name: string,
  usage: x509.ExtendedKeyUsage,
): Promise<{ cert: string; key: string }> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create(
    {
      ...validity(),
      serialNumber: '02',
      subject: `CN=${name}`,
      issuer: ca.certificate.subject,
      publicKey: keys.publicKey,
      signingKey: ca.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
        await x509.AuthorityKeyIdentifierExtension.create(ca.keys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
}

interface Authority {
  certificate: x509.X509Certificate;
  keys: KeyPair;
}

async function authority(name: string): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...validity(),
      serialNumber: '01',
      name: `CN=${name}`,
      keys,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, crypto),
      ],
    },
    crypto,
  );
  return { certificate, keys };
}

async function generateKeys(): Promise<KeyPair> {
  return await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - dayMs), notAfter: new Date(now + 30 * dayMs) };
}
