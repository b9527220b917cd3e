import { CouldNotRun } from '../../errors.ts';
import { askUntil } from '../../waiting/until.ts';
import { answerIn, question, toldByLines } from '../rabbitmq/told-by-lines.ts';
import type { EngineContainer } from './engine-container.ts';

let asked = 0;

/**
 * The environment by which a node in a container is told by lines.
 *
 * @param more of what Erlang is told when it starts
 */
export function toldThere(more: readonly string[] = []): Record<string, string> {
  return {
    // The script becomes the node, whose standard input tells it what to do
    RABBITMQ_ALLOW_INPUT: '1',
    // Not the variable for additional arguments, which an image may need itself. It is split at every space. What stands
    // between the engine and the node may leave the node without an input
    RABBITMQ_SERVER_START_ARGS: ['-noinput', ...more, `-eval ${toldByLines({ outlivesInput: true })}`].join(
      ' ',
    ),
  };
}

/** The node in a container, in one run of it, which is told by lines on its standard input what to do. */
export class ToldNode {
  readonly #container: EngineContainer;
  readonly #name: string;
  readonly #answers = new Map<string, string>();
  #input: Promise<NodeJS.WritableStream> | undefined;

  /**
   * @param container it has an input, and the environment of `toldThere`
   * @param name how errors begin that speak of it
   */
  constructor(container: EngineContainer, name = 'The node') {
    this.#container = container;
    this.#name = name;
  }

  /**
   * The value of Erlang expressions, as the node itself evaluates them: it takes milliseconds, where `rabbitmqctl eval` takes
   * a second to start.
   *
   * @param expressions with or without a full stop
   * @param within milliseconds; a node that starts answers when it has started
   * @throws CouldNotRun when it does not answer in time
   */
  async evaluate(expressions: string, within: number): Promise<string> {
    if (this.#container.end !== undefined)
      throw new CouldNotRun(`${this.#name} does not run: ${this.#container.end}.`);
    asked += 1;
    const id = `${process.pid}-${asked}`;
    this.#answers.set(id, '');
    await this.tell(question(id, expressions));
    const answer = await askUntil(
      async () => this.#answers.get(id),
      (value) => value !== '' || this.#container.end !== undefined,
      { within, interval: 5 },
    );
    this.#answers.delete(id);
    if (!answer) throw new CouldNotRun(`${this.#name} did not answer ${expressions} within ${within} ms.`);
    return answer;
  }

  /** Writes a line to its standard input. */
  async tell(line: string): Promise<void> {
    this.#input ??= this.#container.attach((printed) => {
      for (const id of this.#answers.keys()) {
        const answer = answerIn(printed, id);
        if (answer !== undefined) this.#answers.set(id, answer);
      }
    });
    (await this.#input).write(`${line}\n`);
  }
}
