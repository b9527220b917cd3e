import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Opening } from '../broker/handshake.ts';
import { CouldNotRun } from '../errors.ts';
import type { Recorder, Witness } from '../evidence/recorder.ts';
import { deadlineMs, holdsEventually } from '../waiting/until.ts';
import { answersOthers } from './answered.ts';
import { labelOf, ReceivedMessage } from './messages.ts';
import { nameOf } from './names.ts';
import type { Receiver } from './receiver.ts';

/** The programs in `fixtures/programs`, each usable by hand from a terminal. */
export type ProgramName = 'worker' | 'send' | 'receive-logs' | 'rpc-server' | 'rpc-client';

/** Options of a program, as on its command line, in camel case: `{ ackAuto: true }` is `--ack-auto`. */
export type ProgramOptions = Record<string, string | number | boolean | { readonly name: string }> & {
  /** How the timeline and the broker's operators call it. */
  name?: string;
};

/** What a program prints with `--json`, a line each. */
interface ProgramEvent {
  event: string;
  body?: string;
  redelivered?: boolean;
  routingKey?: string;
  queue?: string;
  answer?: string;
  reason?: string;
  /** Whether the program has failed for it has lost its connection. */
  lost?: boolean;
}

/** A message that a program says it received. */
class ToldMessage extends ReceivedMessage {
  readonly redelivered: boolean;

  constructor({ body = '', redelivered = false, routingKey = '' }: ProgramEvent) {
    super({ content: Buffer.from(body), fields: { exchange: '', routingKey }, properties: {} });
    this.redelivered = redelivered;
  }
}

/** Starting a process takes its time on a busy machine, whatever the broker does. */
const startDeadlineMs = 20_000;

const folder = fileURLToPath(new URL('../../fixtures/programs/', import.meta.url));

/** A real program in an operating-system process of its own. Emits `change` for each event that it prints. */
export class Program extends EventEmitter<{ change: [] }> implements Receiver {
  readonly witness: Witness;
  readonly deliveries: ToldMessage[] = [];
  readonly events: ProgramEvent[] = [];
  readonly #process: ReturnType<typeof start>;
  readonly #ended: Promise<void>;
  readonly #queue: string | undefined;
  readonly #broker: Opening;
  #started = false;
  #exit: string | undefined;

  /**
   * @param broker to which it connects
   * @param translated the folder of the programs in JavaScript, if they were translated
   */
  constructor(
    program: ProgramName,
    { name: _, ...options }: ProgramOptions,
    words: readonly string[],
    broker: Opening,
    witness: Witness,
    translated?: string,
  ) {
    super();
    this.setMaxListeners(0);
    this.witness = witness;
    this.#broker = broker;
    const { queue } = options;
    this.#queue = typeof queue === 'string' || typeof queue === 'object' ? nameOf(queue) : undefined;
    const args = ['--json', '--name', this.name, ...asArguments(options), ...words];
    this.#process = start(commandOf(program, translated), args, urlOf(broker));
    witness.saw({ direction: 'note', what: 'process started', label: program });
    this.#ended = this.#followed();
    witness.recorder.connected(this.name, {
      lost: () => this.events.find(({ lost }) => lost === true)?.reason,
      questions: [],
    });
  }

  get name(): string {
    return this.witness.name;
  }

  get recorder(): Recorder {
    return this.witness.recorder;
  }

  get ended(): boolean {
    return this.#exit !== undefined;
  }

  get end(): undefined {
    return undefined;
  }

  /**
   * Nothing of what was sent to another process can be asked for: the queue's counters tell. That something is missing
   * counts only against a broker that answers others.
   */
  async caughtUp(expected: number): Promise<void> {
    if (this.deliveries.length >= expected || this.ended) return;
    await answersOthers({ opening: this.#broker }, `with a message for ${this.name}`);
  }

  /**
   * Waits until its process runs, or has ended.
   *
   * @throws CouldNotRun when it does not come to it
   */
  async started(): Promise<void> {
    if (!(await holdsEventually(this, () => this.#started || this.ended, startDeadlineMs)))
      throw new CouldNotRun(`The process of ${this.name} did not start in ${startDeadlineMs} ms.`);
  }

  /**
   * Waits until it has told of an event as often as this.
   *
   * @throws CouldNotRun when it ends before, or does not come to it
   */
  async told(event: string, times = 1): Promise<ProgramEvent> {
    const all = () => this.events.filter((told) => told.event === event);
    await this.started();
    const longest = 3 * deadlineMs();
    await holdsEventually(this, () => all().length >= times || this.ended, longest);
    const last = all()[times - 1];
    if (last !== undefined) return last;
    const seen = this.events.map((told) => told.event).join(', ') || 'nothing';
    const reason = this.events.find((told) => told.event === 'failed')?.reason ?? '';
    throw new CouldNotRun(
      `${this.name} was to tell "${event}" ${times} times, and told: ${seen}` +
        ` ${this.#exit === undefined ? `in ${longest} ms` : `until its end (${this.#exit})`}. ${reason}`,
    );
  }

  /** Ends it with a signal: SIGKILL is a crash, SIGINT is Ctrl-C. Waits until it is gone. */
  async kill(signal: 'SIGKILL' | 'SIGINT' | 'SIGTERM'): Promise<void> {
    this.witness.saw({ direction: 'note', what: 'signal', label: signal });
    this.#process.kill(signal);
    await this.exited();
  }

  /** Makes it exit as a program does that has come to its end, without a word to the broker. */
  async exit(): Promise<void> {
    this.witness.saw({ direction: 'note', what: 'told to exit' });
    this.#process.stdin.end();
    await this.exited();
  }

  /** Waits for its end; how it ended: `exit code 0`, `SIGKILL`. */
  async exited(): Promise<string> {
    await this.#ended;
    return this.#exit ?? '';
  }

  async #followed(): Promise<void> {
    for await (const line of this.#process) this.#heard(line);
    const { exitCode, signal } = await this.#process;
    this.#exit = signal ?? `exit code ${exitCode}`;
    this.witness.saw({ direction: 'note', what: 'process ended', label: this.#exit });
    this.emit('change');
  }

  #heard(line: string): void {
    let told: ProgramEvent;
    try {
      told = JSON.parse(line) as ProgramEvent;
    } catch {
      return; // what Node.js itself prints
    }
    const { event, body } = told;
    if (event === 'started') {
      this.#started = true;
      this.emit('change');
      return;
    }
    this.events.push(told);
    const via = this.#queue === undefined ? {} : { via: { kind: 'queue' as const, name: this.#queue } };
    const label = body === undefined ? {} : { label: labelOf(Buffer.from(body)) };
    if (event === 'received') {
      this.deliveries.push(new ToldMessage(told));
      this.witness.saw({ direction: 'in', what: 'basic.deliver', ...label, ...via });
    } else if (event === 'sent')
      this.witness.saw({ direction: 'out', what: 'basic.publish', ...label, ...via });
    else this.witness.saw({ direction: 'note', what: event, ...label });

    this.emit('change');
  }
}

function urlOf({ amqp: { host, port }, username, password, virtualHost }: Opening): string {
  const [user, secret, vhost] = [username, password, virtualHost].map(encodeURIComponent);
  return `amqp://${user}:${secret}@${host}:${port}/${vhost}`;
}

/** Lets Node.js load TypeScript where it does not do so by itself. */
const loader = new URL('../typescript.mjs', import.meta.url).href;

function commandOf(program: ProgramName, translated: string | undefined): string[] {
  if (translated !== undefined) return [`${translated}/${program}.js`];
  return ['--import', loader, `${folder}${program}.ts`];
}

/** It ends with its standard input, so that it can't outlive this process; how it ends is told, not thrown. */
function start(command: readonly string[], args: readonly string[], amqpUrl: string) {
  return execa(process.execPath, [...command, ...args], {
    env: { AMQP_URL: amqpUrl, NODE_OPTIONS: '' },
    stdin: 'pipe',
    reject: false,
    buffer: false,
  });
}

function asArguments(options: ProgramOptions): string[] {
  return Object.entries(options).flatMap(([key, value]) => {
    const option = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === false || value === undefined) return [];
    if (value === true) return [option];
    return [option, typeof value === 'object' ? value.name : String(value)];
  });
}
