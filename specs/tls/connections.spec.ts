import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import { claim, docs, expect, mutants, premise } from '#support';

claim(
  'tls/connect',
  {
    says: 'The TLS port takes AMQP connections and carries messages, whether or not the client verifies the certificate.',
    documented: [docs('ssl#enabling-tls'), docs('ssl#tls-connectivity-options')],
    refutedBy: [mutants.publishLost(2), mutants.bodiesCorrupted],
    tags: ['tutorial one', 'access and security'],
    needs: ['tls'],
  },
  async ({ broker, queue, producer, consumer }) => {
    const { serverName = '' } = broker.description().amqps ?? {};
    const hello = await queue();

    const unverified = producer({ name: 'unverified', tls: { serverName } });
    await expect(unverified).toBeAccepted();
    const verified = producer({ name: 'verified', tls: true });
    await expect(verified).toBeAccepted();
    const receiver = consumer(hello, { as: { tls: true } });
    await expect(receiver).toBeAccepted();
    await (await unverified).sendToQueue(hello, '1 Hello World!');
    await (await verified).sendToQueue(hello, '2 Hello World!');

    await expect(await receiver).toReceive(['1 Hello World!', '2 Hello World!'], { inAnyOrder: true });
  },
);

claim(
  'tls/verify-peer',
  {
    says: 'A client that verifies the broker connects, and can send, when the certificate is signed by its authority and carries the name that it expects, and breaks off for another authority or another name.',
    documented: [docs('ssl#peer-verification'), docs('ssl#peer-verification-how-it-works')],
    refutedBy: [mutants.certificateOfAnotherAuthority],
    tags: ['tutorial one', 'access and security'],
    needs: ['tls'],
  },
  async ({ broker, client, queue, producer }) => {
    const { serverName = '', caFile = '' } = broker.description().amqps ?? {};
    const ca = await readFile(caFile, 'utf8');
    const [anotherCa = ''] = rootCertificates;

    const wrongAuthority = client({ name: 'wrong authority', tls: { ca: anotherCa, serverName } });
    await expect(wrongAuthority).rejects.toMatchObject({
      name: 'ConnectionLost',
      cause: {
        code: expect.stringMatching(
          /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|(DEPTH_ZERO_)?SELF_SIGNED_CERT(_IN_CHAIN)?|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)$/,
        ),
      },
    });
    const wrongName = client({ name: 'wrong name', tls: { ca, serverName: `not-${serverName}` } });
    await expect(wrongName).rejects.toMatchObject({
      name: 'ConnectionLost',
      cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });

    const right = producer({ name: 'right authority and name', tls: { ca, serverName } });
    await expect(right).toBeAccepted();
    const hello = await queue();
    await (await right).sendToQueue(hello, 'Hello World!');
    await expect(hello).toReceive(['Hello World!']);
  },
);

claim(
  'tls/plain-on-tls-port',
  {
    says: 'A client that speaks plain AMQP to the TLS port gets no connection: the broker ends it without a word of AMQP.',
    documented: [docs('ssl#enabling-tls'), docs('networking#tls-support')],
    refutedBy: [mutants.plainTakenOnTlsPort],
    tags: ['tutorial one', 'access and security'],
    needs: ['tls'],
  },
  async ({ broker, client, queue, producer }) => {
    const { host = '', port = 0 } = broker.description().amqps ?? {};
    const hello = await queue();
    const encrypted = await producer({ name: 'encrypted', tls: true });
    await encrypted.sendToQueue(hello, 'Hello World!');
    await premise(expect(hello).toReceive(['Hello World!']));

    const plain = client({ name: 'plain', host, port });

    await expect(plain).rejects.toMatchObject({
      name: 'ConnectionLost',
      message: expect.stringMatching(/Socket closed abruptly during opening handshake|ECONNRESET/),
    });
  },
);
