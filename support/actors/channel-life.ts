import { EventEmitter } from 'node:events';
import type { Channel as AmqpChannel, ChannelModel, ConfirmChannel } from 'amqplib';
import { answered } from '../waiting/until.ts';
import type { EvidenceEvent } from '../evidence/evidence.ts';
import type { Seen, Witness } from '../evidence/recorder.ts';
import type { Connection } from './connection.ts';
import type { Delivery } from './messages.ts';
import { ConnectionLost, RefusedByBroker, refusalOf } from './refusal.ts';

/** @throws RefusedByBroker, ConnectionLost when the broker does not open it */
export async function openOf(
  connection: Connection,
  model: ChannelModel,
  confirms: boolean,
): Promise<AmqpChannel | ConfirmChannel> {
  try {
    return await answered('channel.open', confirms ? model.createConfirmChannel() : model.createChannel());
  } catch (error) {
    throw await reasonOf(error, undefined, connection);
  }
}

/** How a channel lives, asks and ends, and how what it sends and receives goes into the evidence. */
export abstract class ChannelLife extends EventEmitter<{ change: []; delivery: [Delivery] }> {
  readonly connection: Connection;
  /** From whose side it is recorded. */
  readonly witness: Witness;
  /** Channel number on its connection. */
  readonly number: number;
  protected readonly amqp: AmqpChannel;
  #refusal: RefusedByBroker | undefined;
  #closed = false;

  protected constructor(connection: Connection, channel: AmqpChannel, witness: Witness) {
    super();
    this.setMaxListeners(0);
    this.connection = connection;
    this.witness = witness;
    this.amqp = channel;
    // amqplib keeps the number to itself
    this.number = (channel as unknown as { ch: number }).ch;
    connection.on('change', () => this.emit('change'));
    channel.on('error', (error) => {
      const refusal = refusalOf(error, 'channel');
      if (refusal === undefined) return;
      this.#refusal = new RefusedByBroker(refusal, { cause: error });
      this.saw({
        direction: 'in',
        what: 'channel.close',
        label: String(refusal.code),
        fields: { text: refusal.text, method: refusal.method ?? '' },
      });
    });
    channel.on('close', () => {
      this.#closed = true;
      this.emit('change');
    });
  }

  /** How it ended when the spec did not end it: refused by the broker, or the connection under it is gone. */
  get end(): RefusedByBroker | ConnectionLost | undefined {
    if (this.#refusal !== undefined) return this.#refusal;
    const end = this.connection.end;
    return end === 'closed' ? undefined : end;
  }

  /** Whether it is open, and nobody has begun to close it. */
  get open(): boolean {
    return !this.#closed && this.connection.open;
  }

  /**
   * Waits until the broker has dealt with all that was sent on this channel: methods of a channel are
   * handled in order, so the answer to one more tells. Not for the channel of a consumer, whose
   * prefetch the question would change.
   */
  async settled(): Promise<void> {
    await this.#question(() => this.amqp.prefetch(0, false));
  }

  /**
   * Waits until all that the broker had sent to this channel for a queue has arrived. The answer of the queue
   * tells that it has handed over what it had, and may overtake that inside the channel; the next answer of
   * the channel can't. Both are asked for what every broker answers.
   *
   * @returns whether the queue could still be asked
   */
  async caughtUpWith(queue: string): Promise<boolean> {
    if (!this.open) return false;
    await this.#question(() => this.amqp.checkQueue(queue));
    await this.#question(() => this.amqp.checkQueue(queue));
    return true;
  }

  async close(): Promise<void> {
    if (!this.open) return;
    this.#closed = true;
    await this.call('channel.close', {}, () => this.amqp.close());
  }

  /** A question of the harness: its answer matters, and it is not part of the evidence. */
  async #question(ask: () => Promise<unknown>): Promise<void> {
    await this.#answered('a question', ask);
  }

  async #answered<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await answered(what, call());
    } catch (error) {
      throw await reasonOf(error, this, this.connection);
    }
  }

  protected async call<Answer>(
    what: string,
    seen: Pick<Seen, 'label' | 'via' | 'fields'>,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    this.saw({ direction: 'out', what, ...seen });
    return await this.#answered(what, call);
  }

  protected saw(seen: Seen): EvidenceEvent {
    return this.witness.saw({
      connection: this.connection.number,
      channel: this.number,
      ...seen,
    });
  }
}

/** Turns an error of the client library into what the broker did. */
async function reasonOf(
  error: unknown,
  channel: ChannelLife | undefined,
  connection: Connection,
): Promise<unknown> {
  const refusal = refusalOf(error, 'channel');
  if (refusal !== undefined) return new RefusedByBroker(refusal, { cause: error });
  // A pending method is rejected just before the end of its connection is told
  await new Promise(setImmediate);
  if (channel?.end !== undefined) return channel.end;
  if (connection.end !== undefined && connection.end !== 'closed') return connection.end;
  return error;
}
