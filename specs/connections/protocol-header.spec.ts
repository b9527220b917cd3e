import { claim, expect, frames, mutants, premise, roundTrip, rule, specification } from '#support';

claim(
  'connections/header-accept',
  {
    says: 'The protocol header of AMQP 0-9-1 is answered with connection.start, which announces version 0-9, and no later one.',
    documented: [specification('4.2.2'), rule('connection/start/server-support')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.laterVersionAnnounced],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const client = await raw({ until: 'TCP' });

    await client.sendFrame(frames.protocolHeader('AMQP', [0, 0, 9, 1]));

    const { versionMajor, versionMinor } = (await client.expect('connection.start')).arguments;
    expect([versionMajor, versionMinor], 'the version that is announced').toEqual([0, 9]);
    await premise(async () => roundTrip(await raw()));
  },
);

claim(
  'connections/header-reject',
  {
    says: 'Who begins with another protocol than AMQP, or with a version that the broker does not have, gets a protocol header that it has, and then the end of the TCP connection.',
    documented: [rule('connection/start/protocol-name'), specification('4.2.2', 3)],
    queueTypes: 'unvaried',
    refutedBy: [mutants.anyHeaderTaken, mutants.headersRefusedSilently],
    tags: ['the wire'],
  },
  async ({ raw }) => {
    const beginnings = [
      frames.protocolHeader('AMQP', [0, 0, 9, 99]),
      frames.protocolHeader('AMQP', [0, 0, 10, 0]),
      frames.protocolHeader('AMQP', [0, 7, 0, 0]),
      frames.protocolHeader('AMQX', [0, 0, 9, 1]),
      frames.protocolHeader('amqp', [0, 0, 9, 1]),
      frames.protocolHeader('HTTP', [0x2f, 0x31, 0x2e, 0x31]),
    ];
    await Promise.all(
      beginnings.map(async (beginning) => {
        const client = await raw({ until: 'TCP' });
        await client.sendFrame(beginning);
        await client.expect('protocol-header');
        await client.expectEnd();
      }),
    );
    await premise(async () => roundTrip(await raw()));
  },
);
