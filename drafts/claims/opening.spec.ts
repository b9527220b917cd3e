import { claim, expect, mutants, premise, specification } from '#support';

claim(
  'connections/opened-in-turn',
  {
    says: 'A connection opens with start, tune and open-ok, each of which the broker says once, and closing it is answered with close-ok and nothing more.',
    documented: [specification('2.2.4')],
    queueTypes: 'unvaried',
    refutedBy: [mutants.closesAnsweredTwice],
    tags: ['the wire'],
  },
  async ({ raw, broker, virtualHost }) => {
    const { username, password } = broker.description();
    const host = await virtualHost();
    const client = await raw({ until: 'connection.start' });

    await client.send('connection.start-ok', {
      mechanism: 'PLAIN',
      response: `\0${username}\0${password}`,
      locale: 'en_US',
    });
    const { arguments: tune } = await client.expect('connection.tune');
    await client.send('connection.tune-ok', { ...tune, heartbeat: 0 });
    await client.send('connection.open', { virtualHost: host });
    await client.expect('connection.open-ok');
    await client.send('channel.open');
    await premise(client.expect('channel.open-ok'));
    await client.send('connection.close', { replyCode: 200 });
    await client.expect('connection.close-ok');

    client.end();
    await client.expectEnd();
    expect(client.unread, 'what else came').toEqual([]);
  },
);
