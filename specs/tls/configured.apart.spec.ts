import { readFile } from 'node:fs/promises';
import { channelError, claim, docs, expect, mutants, type Stage } from '#support';

/**
 * The TLS listener demands certificates of clients, by whose common name they may log in, and speaks TLS 1.2 with one
 * cipher suite. It is opened anew, as it reads its settings then.
 */
const strictListener = {
  name: 'TLS listener',
  make:
    '{ok, Before} = application:get_env(rabbit, ssl_options), ' +
    '{ok, Mechanisms} = application:get_env(rabbit, auth_mechanisms), ' +
    "application:set_env(rabbit, auth_mechanisms, ['EXTERNAL' | Mechanisms]), " +
    'application:set_env(rabbit, ssl_cert_login_from, common_name), ' +
    `Strict = [{verify, verify_peer}, {fail_if_no_peer_cert, true}, {versions, ['tlsv1.2']}, {ciphers, ["ECDHE-ECDSA-AES256-GCM-SHA384"]}], ` +
    `${openedWith('Strict ++ lists:foldl(fun proplists:delete/2, Before, proplists:get_keys(Strict))')}, ` +
    '{Before, Mechanisms}',
  undo: (before: string) =>
    `{Before, Mechanisms} = ${before}, application:set_env(rabbit, auth_mechanisms, Mechanisms), ` +
    `application:set_env(rabbit, ssl_cert_login_from, distinguished_name), ${openedWith('Before')}`,
};

/** @param options an Erlang term */
function openedWith(options: string): string {
  return (
    `application:set_env(rabbit, ssl_options, ${options}), {ok, Listeners} = application:get_env(rabbit, ssl_listeners), ` +
    '[begin rabbit_networking:stop_tcp_listener(Listener), ' +
    'ok = rabbit_networking:start_ssl_listener(Listener, rabbit_networking:ensure_ssl(), 10) end || Listener <- Listeners]'
  );
}

/** How a client trusts the listener and speaks with it, and what certificates there are. */
async function credentialsFor({ broker }: Stage) {
  const { serverName = '', caFile = '', clients } = broker.description().amqps ?? {};
  const read = async ({ certFile = '', keyFile = '' } = {}) => ({
    cert: await readFile(certFile, 'utf8'),
    key: await readFile(keyFile, 'utf8'),
  });
  return {
    fitting: {
      serverName,
      ca: await readFile(caFile, 'utf8'),
      version: 'TLSv1.2',
      ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384',
    } as const,
    name: clients?.name ?? '',
    known: await read(clients?.known),
    stranger: await read(clients?.stranger),
  };
}

/** An alert of TLS, as the client's own library tells of it, or the end of the TCP connection. */
const noConnection = {
  name: 'ConnectionLost',
  message: expect.stringMatching(/alert|Socket closed abruptly during opening handshake|ECONNRESET/),
};

claim(
  'tls/client-cert-required',
  {
    says: 'Where the TLS listener is configured to demand certificates of clients, one that its authority has signed is let in and can send; a client without a certificate, and one with a certificate of another authority, get no connection.',
    documented: [
      docs('ssl#peer-verification-configuration'),
      docs('ssl#mutual-peer-verification-mutual-tls-authentication-or-mtls'),
      docs('ssl#when-peer-verification-fails'),
    ],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.clientCertificatesNotDemanded],
    needs: ['tls', 'ctl'],
  },
  async (stage) => {
    const { broker, client, producer, queue } = stage;
    const { fitting, known, stranger } = await credentialsFor(stage);
    const hello = await queue({ type: 'classic' });

    await broker.whileChanged(strictListener, async () => {
      await expect(client({ name: 'without a certificate', tls: fitting })).rejects.toMatchObject(
        noConnection,
      );
      await expect(
        client({ name: 'stranger', tls: { ...fitting, certificate: stranger } }),
      ).rejects.toMatchObject(noConnection);

      const sender = producer({ name: 'known', tls: { ...fitting, certificate: known } });
      await expect(sender).toBeAccepted();
      await (await sender).sendToQueue(hello, 'Hello World!');
      await expect(hello).toReceive(['Hello World!']);
    });
  },
);

claim(
  'tls/versions',
  {
    says: 'Where the TLS listener is configured to speak TLS 1.2 and one cipher suite, a client that speaks both is let in and can send; one that speaks TLS 1.3 alone, and one with another cipher suite alone, get no connection.',
    documented: [docs('ssl#tls-versions'), docs('ssl#configuring-cipher-suites')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.tlsSettingsIgnored],
    needs: ['tls', 'ctl'],
  },
  async (stage) => {
    const { broker, client, producer, queue } = stage;
    const { fitting, known } = await credentialsFor(stage);
    const tls = { ...fitting, certificate: known };
    const hello = await queue({ type: 'classic' });

    await broker.whileChanged(strictListener, async () => {
      await expect(
        client({
          name: 'with TLS 1.3',
          tls: { ...tls, version: 'TLSv1.3', ciphers: 'TLS_AES_256_GCM_SHA384' },
        }),
      ).rejects.toMatchObject(noConnection);
      await expect(
        client({
          name: 'with another cipher suite',
          tls: { ...tls, ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
        }),
      ).rejects.toMatchObject(noConnection);

      const sender = producer({
        name: 'with both',
        tls,
      });
      await expect(sender).toBeAccepted();
      await (await sender).sendToQueue(hello, 'Hello World!');
      await expect(hello).toReceive(['Hello World!']);
    });
  },
);

claim(
  'tls/client-cert-login',
  {
    says: 'With the mechanism EXTERNAL a client logs in without a password, as the user whom the common name in its certificate names: it may do what that user may, and nothing else.',
    documented: [docs('access-control#certificate-authentication')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy, mutants.errorCodeChanged(403, 404)],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/13863',
        affected: { rabbitmq: '4.1.0' },
        happened: 'clients that had logged in by their certificates before an upgrade no longer could',
        seen: { not: 'The release is not at hand, and its report does not tell the cause.' },
      },
    ],
    needs: ['tls', 'ctl', 'management', 'administration'],
  },
  async (stage) => {
    const { broker, client, management, ownVirtualHost } = stage;
    const { fitting, name, known } = await credentialsFor(stage);
    const domain = await ownVirtualHost();
    await management.in(domain).permissions.put(name, { configure: '^mine$', write: '.*', read: '.*' });

    await broker.whileChanged(strictListener, async () => {
      const certified = client({
        name: 'with a certificate',
        mechanism: 'EXTERNAL',
        tls: { ...fitting, certificate: known },
      });
      await expect(certified).toBeAccepted();
      const declared = async (queue: string) =>
        await (await (await certified).channel()).declareQueue(queue, { type: 'classic' });

      await expect(declared('mine')).toBeAccepted();
      await expect(declared('others')).toBeRefused(
        channelError(403, /ACCESS_REFUSED - .*queue 'others'/, 'queue.declare'),
      );
    });
  },
);
