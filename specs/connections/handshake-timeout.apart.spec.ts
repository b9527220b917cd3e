import { claim, docs, expect, frames, mutants, premise, roundTrip } from '#support';

claim(
  'connections/handshake-timeout',
  {
    says: 'RabbitMQ ends the TCP connection of a client that has not completed the handshake within the handshake timeout, wherever it has stopped; an open connection may be silent for longer.',
    documented: [docs('limits#per-connection'), docs('networking#handshake-timeout')],
    appliesTo: { rabbitmq: '*' },
    queueTypes: 'unvaried',
    refutedBy: [mutants.endsWithheld],
    needs: ['ctl'],
    tags: ['the wire'],
  },
  async ({ raw, broker }) => {
    await broker.whileSet('handshake_timeout', '1000', async () => {
      const [open, ...stopped] = await Promise.all([
        raw(),
        raw({ until: 'TCP' }),
        raw({ until: 'connection.start' }),
        raw({ until: 'connection.tune' }),
        raw({ until: 'connection.tune-ok' }),
      ]);
      const [silent] = stopped;
      await silent.sendFrame(frames.protocolHeader('AMQP', [0, 0, 9, 1]));
      await premise(silent.expect('connection.start'));

      await Promise.all(stopped.map((client) => client.expectEnd()));

      const said = stopped.map(({ unread }) =>
        unread.map((each) => ('name' in each ? each.name : each.type)),
      );
      expect(said.flat(), 'what the broker says to those who stopped').not.toContain('connection.open-ok');
      await roundTrip(open);
    });
  },
);
