import type { Channel as AmqpChannel } from 'amqplib';
import { ChannelLife } from './channel-life.ts';
import type { Arguments, ExchangeProperties, QueueProperties } from './channel-properties.ts';
import { flat } from './flat.ts';

/** What a channel declares, binds, asks for and deletes: queues, exchanges and bindings. */
export abstract class DeclaringChannel extends ChannelLife {
  /** An empty name asks the broker for one. */
  async declareQueue(name: string, properties: QueueProperties = {}) {
    const { durable = true, exclusive = false, autoDelete = false, arguments: args = {} } = properties;
    return await this.call(
      'queue.declare',
      { via: { kind: 'queue', name }, fields: { durable, exclusive, autoDelete, ...flat(args) } },
      () => this.amqp.assertQueue(name, { durable, exclusive, autoDelete, arguments: args }),
    );
  }

  /** Asks for a queue without making it: `queue.declare` with `passive`. */
  async declareQueuePassively(name: string) {
    return await this.call('queue.declare', { via: { kind: 'queue', name }, fields: { passive: true } }, () =>
      this.amqp.checkQueue(name),
    );
  }

  async deleteQueue(name: string, options: { ifUnused?: boolean; ifEmpty?: boolean } = {}) {
    return await this.call('queue.delete', { via: { kind: 'queue', name }, fields: { ...options } }, () =>
      this.amqp.deleteQueue(name, options),
    );
  }

  async purgeQueue(name: string) {
    return await this.call('queue.purge', { via: { kind: 'queue', name } }, () => this.amqp.purgeQueue(name));
  }

  async bindQueue(queue: string, exchange: string, key = '', args: Arguments = {}): Promise<void> {
    await this.call('queue.bind', bindingOf({ queue }, exchange, key, args), () =>
      this.amqp.bindQueue(queue, exchange, key, args),
    );
  }

  async unbindQueue(queue: string, exchange: string, key = '', args: Arguments = {}): Promise<void> {
    await this.call('queue.unbind', bindingOf({ queue }, exchange, key, args), () =>
      this.amqp.unbindQueue(queue, exchange, key, args),
    );
  }

  /** `exchange.bind`: what matches goes on from the source to the destination. */
  async bindExchange(destination: string, source: string, key = '', args: Arguments = {}): Promise<void> {
    await this.call('exchange.bind', bindingOf({ destination }, source, key, args), () =>
      this.amqp.bindExchange(destination, source, key, args),
    );
  }

  async unbindExchange(destination: string, source: string, key = '', args: Arguments = {}): Promise<void> {
    await this.call('exchange.unbind', bindingOf({ destination }, source, key, args), () =>
      this.amqp.unbindExchange(destination, source, key, args),
    );
  }

  async declareExchange(name: string, type: string, properties: ExchangeProperties = {}): Promise<void> {
    const { durable = true, autoDelete = false, internal = false, arguments: args = {} } = properties;
    await this.call(
      'exchange.declare',
      {
        via: { kind: 'exchange', name },
        label: type,
        fields: { durable, autoDelete, internal, ...flat(args) },
      },
      () => this.amqp.assertExchange(name, type, { durable, autoDelete, internal, arguments: args }),
    );
  }

  /**
   * Asks for an exchange without making it: `exchange.declare` with `passive`. The type is one that every broker
   * knows: a broker is to ignore it, and some refuse the empty one all the same.
   */
  async declareExchangePassively(name: string): Promise<void> {
    const fields = { exchange: name, passive: true, type: 'direct' };
    await this.call('exchange.declare', { via: { kind: 'exchange', name }, fields: { passive: true } }, () =>
      declareExchange(this.amqp, fields),
    );
  }

  async deleteExchange(name: string, options: { ifUnused?: boolean } = {}): Promise<void> {
    await this.call('exchange.delete', { via: { kind: 'exchange', name }, fields: { ...options } }, () =>
      this.amqp.deleteExchange(name, options),
    );
  }
}

/** @param destination under its name in the method */
function bindingOf(destination: Record<string, string>, source: string, key: string, args: Arguments) {
  return {
    label: `${Object.values(destination).join()} ← ${source}`,
    via: { kind: 'exchange', name: source },
    fields: { ...destination, key, ...flat(args) },
  } as const;
}

/** With fields of which amqplib's own methods know nothing; what it calls a method is its class and its number. */
async function declareExchange(channel: AmqpChannel, fields: object): Promise<void> {
  const { rpc } = channel as unknown as {
    rpc: (method: number, fields: object, answer: number) => Promise<unknown>;
  };
  const [declare, declareOk] = [(40 << 16) | 10, (40 << 16) | 11];
  await rpc.call(channel, declare, fields, declareOk);
}
