import { claim, docs, expect, tutorial } from '#support';

claim(
  'consumers/acknowledgement-timeout-default',
  {
    says: 'A consumer has 30 minutes to acknowledge a delivery, unless the broker is configured otherwise.',
    documented: [docs('consumers#acknowledgement-timeout'), tutorial('two', 'message-acknowledgment')],
    queueTypes: 'unvaried',
    irrefutable:
      'It takes 30 minutes to see this through AMQP; the spec asks the broker for its setting by rabbitmqctl, where no proxy stands.',
    tags: ['tutorial two', 'work queues'],
    needs: ['ctl'],
    // 15 minutes when it was introduced in 3.8.15
    appliesTo: { rabbitmq: '>=3.8.17' },
  },
  async ({ broker }) => {
    const setting = await broker.control('eval', 'application:get_env(rabbit, consumer_timeout).');

    expect(setting.trim(), 'consumer_timeout').toBe(`{ok,${30 * 60 * 1_000}}`);
  },
);
