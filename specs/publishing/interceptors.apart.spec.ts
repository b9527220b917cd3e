import { claim, docs, expect, mutants } from '#support';

/**
 * What `message_interceptors.incoming.set_header_timestamp.overwrite` makes of a configuration when the broker
 * starts: under the first name from 4.2 on, under the second before.
 */
function intercepting(on: boolean) {
  return (
    `persistent_term:put(message_interceptors, ${on ? '[{rabbit_msg_interceptor_timestamp, #{incoming => true, overwrite => true}}]' : '[]'}), ` +
    `persistent_term:put(incoming_message_interceptors, ${on ? '[{set_header_timestamp, true}]' : '[]'})`
  );
}

const own = { timestamp_in_ms: 1 };

const interceptors = { name: 'interceptors', make: intercepting(true), undo: () => intercepting(false) };

claim(
  'publishing/interceptor-timestamp',
  {
    says: 'With the interceptor for timestamps, the broker gives each message that it takes the time as the header timestamp_in_ms, in milliseconds, and as its timestamp, in seconds, in place of what the publisher set.',
    documented: [docs('message-interceptors#timestamp')],
    appliesTo: { rabbitmq: '>=3.12' },
    refutedBy: [mutants.headerLost('timestamp_in_ms'), mutants.propertyLost('timestamp')],
    needs: ['ctl'],
  },
  async ({ queue, producer, broker }) => {
    const tasks = await queue();
    const sender = await producer({ confirms: true });

    const from = Date.now();
    await broker.whileChanged(interceptors, async () => {
      await sender.sendToQueue(tasks, ['plain', { body: 'stamped', timestamp: 1, headers: own }]);
    });
    const to = Date.now();

    const taken = await tasks.takeAll();
    expect(
      taken.map(({ body }) => body),
      'the bodies that were taken',
    ).toEqual(['plain', 'stamped']);
    for (const { headers, properties } of taken) {
      const time = Number(headers['timestamp_in_ms']);
      expect(time, 'timestamp_in_ms').toBeGreaterThanOrEqual(from);
      expect(time, 'timestamp_in_ms').toBeLessThanOrEqual(to);
      expect(properties['timestamp'], 'timestamp').toBe(Math.floor(time / 1000));
    }
  },
);
