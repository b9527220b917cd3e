import {
  claim,
  connectionError,
  docs,
  expect,
  mutants,
  premise,
  roundTrip,
  rule,
  type Stage,
} from '#support';

type RawConnection = Awaited<ReturnType<Stage['raw']>>;

claim(
  'authentication/amqplain',
  {
    says: 'AMQPLAIN is offered, and lets in a user with the right password; with a wrong one the connection is closed with 403.',
    documented: [
      docs('access-control#available-mechanisms'),
      docs('access-control#server-mechanism-configuration'),
    ],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy, mutants.mechanismsLost, mutants.errorCodeChanged(403, 530)],
    tags: ['access and security'],
    needs: ['administration'],
  },
  async ({ user, raw }) => {
    const alice = await user({ configure: '.*', write: '.*', read: '.*' });
    const login = (password: string) => ({
      startOk: { mechanism: 'AMQPLAIN', response: amqplain(alice.username, password) },
    });

    const right = raw({ name: 'right password', ...login(alice.password) });
    await expect(right).toBeAccepted();
    expect(offered(await right), 'mechanisms').toContain('AMQPLAIN');
    await roundTrip(await right);
    const wrong = await raw({
      name: 'wrong password',
      until: 'connection.start-ok',
      ...login(`${alice.password}!`),
    });
    await expect(wrong).toBeRefused(
      connectionError(403, 'ACCESS_REFUSED - Login was refused using authentication mechanism AMQPLAIN'),
    );
  },
);

claim(
  'authentication/mechanism-unsupported',
  {
    says: 'Who chooses a mechanism that the broker did not offer is not let in, with the right password either: the broker ends the connection.',
    documented: [
      rule('connection/start-ok/mechanism/validity'),
      docs('access-control#server-mechanism-configuration'),
    ],
    queueTypes: 'unvaried',
    refutedBy: [mutants.accessChecksPassedBy],
    tags: ['access and security'],
  },
  async ({ raw }) => {
    const client = await raw({ until: 'connection.start-ok', startOk: { mechanism: 'NOBODY-HAS-THIS' } });
    await premise(() => expect(offered(client), 'mechanisms').not.toContain('NOBODY-HAS-THIS'));

    expect(await ending(client), 'what the broker says to it').toEqual('the end');
  },
);

claim(
  'authentication/cr-demo-off',
  {
    says: 'RABBIT-CR-DEMO, which is there to show how a challenge works, is not offered by default.',
    documented: [docs('access-control#available-mechanisms')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.mechanismOfferedToAll('RABBIT-CR-DEMO'), mutants.mechanismsLost],
    tags: ['access and security'],
  },
  async ({ raw }) => {
    const client = await raw({ until: 'connection.start' });

    expect(offered(client), 'mechanisms').toContain('PLAIN');
    expect(offered(client), 'mechanisms').not.toContain('RABBIT-CR-DEMO');
    await premise(async () => roundTrip(await raw()));
  },
);

/** What the broker said that it has. */
function offered({ said }: RawConnection): string[] {
  return (said.start?.mechanisms ?? '').toString().split(' ');
}

/** How a login goes on: with what is said, or with the end of the connection, whether or not that is told. */
async function ending(client: RawConnection): Promise<string> {
  await client.expectEnd();
  const [said] = client.unread.map((each) => ('name' in each ? each.name : each.type));
  return said === undefined || said === 'connection.close' ? 'the end' : said;
}

/** A field table with LOGIN and PASSWORD, without the length of the table. */
function amqplain(login: string, password: string): Buffer {
  const field = (name: string, value: string) => {
    const [key, octets] = [Buffer.from(name), Buffer.from(value)];
    const length = Buffer.alloc(4);
    length.writeUInt32BE(octets.length);
    return Buffer.concat([Buffer.of(key.length), key, Buffer.from('S'), length, octets]);
  };
  return Buffer.concat([field('LOGIN', login), field('PASSWORD', password)]);
}
