import { history } from '../evidence/history.ts';
import { Unmet } from '../waiting/unmet.ts';
import { deadlineMs, holdsEventually } from '../waiting/until.ts';
import type { Channel } from './channel.ts';
import { Consumer, type ConsumerOptions } from './consumer.ts';
import type { Delivery } from './messages.ts';
import { type QueueName, nameOf } from './names.ts';

/**
 * Asks for work over a queue, and gets the answers on a callback queue of its own.
 *
 * @see https://www.rabbitmq.com/tutorials/tutorial-six-python
 */
export class RpcClient {
  readonly name: string;
  readonly callbackQueue: string;
  readonly #answers: Consumer;
  readonly #asked = new Set<string>();

  private constructor(name: string, callbackQueue: string, answers: Consumer) {
    this.name = name;
    this.callbackQueue = callbackQueue;
    this.#answers = answers;
  }

  /** Declares the callback queue, exclusive and named by the broker, and consumes from it. */
  static async start(name: string, channel: Channel): Promise<RpcClient> {
    const { queue } = await channel.declareQueue('', {
      exclusive: true,
      durable: false,
      type: 'classic',
    });
    return new RpcClient(name, queue, await Consumer.start(name, channel, queue, { noAck: true }));
  }

  /** Sends a request; the answer is the one that carries the same correlation id. */
  request(queue: QueueName, body: string): { correlationId: string; answer: () => Promise<string> } {
    const correlationId = crypto.randomUUID();
    this.#asked.add(correlationId);
    this.#answers.channel.publish('', nameOf(queue), { body, correlationId, replyTo: this.callbackQueue });
    return { correlationId, answer: () => this.#answer(correlationId) };
  }

  /** Sends a request and waits for its answer. */
  async call(queue: QueueName, body: string): Promise<string> {
    return await this.request(queue, body).answer();
  }

  /** All that came to the callback queue, in order. */
  get received(): readonly Delivery[] {
    return this.#answers.deliveries;
  }

  /** The answers that belong to no request of this client, which it lets lie. */
  get discarded(): Delivery[] {
    return this.received.filter(({ properties }) => !this.#asked.has(String(properties['correlationId'])));
  }

  async #answer(correlationId: string): Promise<string> {
    const find = () =>
      this.#answers.deliveries.find(({ properties }) => properties['correlationId'] === correlationId);
    const inTime = await holdsEventually(this.#answers, () => find() !== undefined || this.#answers.ended);
    if (!inTime) await this.#answers.caughtUp();
    const answer = find();
    if (answer !== undefined) return answer.body;
    throw new Unmet(
      `${this.name} receives the answer with correlation id ${correlationId}`,
      `it received ${this.#answers.deliveries.length} others in ${deadlineMs()} ms`,
      history(this.#answers.recorder),
    );
  }
}

/** Takes requests from a queue, and sends each answer where the request says. */
export class RpcServer {
  readonly requests: Consumer;

  private constructor(requests: Consumer) {
    this.requests = requests;
  }

  /** @param answer computes the answer; absent: the spec replies by itself */
  static async start(
    name: string,
    channel: Channel,
    queue: QueueName,
    options: ConsumerOptions,
    answer?: (request: string) => string,
  ): Promise<RpcServer> {
    const server = new RpcServer(await Consumer.start(name, channel, queue, { prefetch: 1, ...options }));
    if (answer !== undefined) {
      const answerAll = () => {
        for (const request of server.requests.deliveries.slice(answered)) {
          answered += 1;
          server.reply(request, answer(request.body));
        }
      };
      let answered = 0;
      server.requests.on('change', answerAll);
      answerAll();
    }
    return server;
  }

  /** Sends the answer, and then acknowledges the request. */
  reply(request: Delivery, body: string): void {
    this.answer(request, body);
    this.requests.ack(request);
  }

  /**
   * Sends something to where the request wants its answer.
   *
   * @param correlationId the request's own, unless said otherwise
   */
  answer(request: Delivery, body: string, correlationId = String(request.properties['correlationId'])): void {
    this.requests.channel.publish('', String(request.properties['replyTo']), { body, correlationId });
  }
}
