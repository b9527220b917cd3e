import { EventEmitter } from 'node:events';
import { type PoolOptions, type PoolWorker, ThreadsPoolWorker, type WorkerRequest } from 'vitest/node';

type Start = Extract<WorkerRequest, { type: 'start' }>;
/** What is to be done with a file. */
type Work = Extract<WorkerRequest, { type: 'run' | 'collect' }>;

/** What a worker tells of itself. */
interface Answer {
  __vitest_worker_response__: true;
  type: 'started' | 'stopped' | 'testfileFinished';
  error?: unknown;
}

/**
 * A pool of vitest's whose files run one after the other, in one thread, beside those of other projects. Of vitest's
 * own, files run one after the other only while nothing else does.
 *
 * Of all places that there are for files, one is kept while that thread is at work: the first file has it, and those
 * that come meanwhile queue up behind it and leave theirs to others.
 */
export const oneAfterTheOther = {
  name: 'one after the other',
  createPoolWorker: (options: PoolOptions): PoolWorker => new PlaceInTurn(options),
};

/** Whose thread is at work, by project. */
const atWork = new WeakMap<PoolOptions['project'], PlaceInTurn>();

class PlaceInTurn implements PoolWorker {
  readonly name = oneAfterTheOther.name;
  readonly #project: PoolOptions['project'];
  readonly #thread: ThreadsPoolWorker;
  readonly #told = new EventEmitter();
  readonly #queue: Work[] = [];
  readonly #offCancel: () => void;
  #start: Start | undefined;
  #hasThread = false;
  #isCancelled = false;

  constructor(options: PoolOptions) {
    this.#project = options.project;
    this.#thread = new ThreadsPoolWorker(options);
    this.#offCancel = options.project.vitest.onCancel(() => {
      this.#isCancelled = true;
    });
  }

  on(event: string, listener: (told: unknown) => void): void {
    this.#told.on(event, listener);
  }

  off(event: string, listener: (told: unknown) => void): void {
    this.#told.off(event, listener);
  }

  deserialize(data: unknown): unknown {
    return data;
  }

  /** Most need no thread of their own. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#offCancel();
    if (this.#hasThread) await this.#thread.stop();
  }

  send(message: WorkerRequest): void {
    // What has no type is an answer to a question of the thread
    if (message.type === 'start') {
      this.#start = message;
      this.#answer('started');
    } else if (message.type === 'run' || message.type === 'collect') this.#take(message);
    else if (this.#hasThread) this.#thread.send(message);
    else if (message.type === 'stop') this.#answer('stopped');
  }

  #take(work: Work): void {
    const first = atWork.get(this.#project);
    if (first !== undefined) {
      first.#queue.push(work);
      this.#answer('testfileFinished');
      return;
    }
    atWork.set(this.#project, this);
    if (this.#hasThread) this.#thread.send(work);
    else this.#startThread(work).catch((error: unknown) => this.#told.emit('error', error));
  }

  async #startThread(work: Work): Promise<void> {
    await this.#thread.start();
    this.#hasThread = true;
    this.#thread.on('message', (message: Answer) => {
      if (message.type === 'started' && message.error === undefined) this.#thread.send(work);
      else if (message.type === 'started') this.#told.emit('error', message.error);
      else if (message.type === 'testfileFinished') this.#finished(message);
      else this.#told.emit('message', message);
    });
    for (const event of ['error', 'exit']) {
      this.#thread.on(event, (reason: unknown) => {
        this.#leave();
        this.#told.emit(event, reason);
      });
    }

    if (this.#start === undefined) throw new Error('vitest has a file run before it has started a worker.');
    this.#thread.send({ ...this.#start, context: { ...this.#start.context, pool: 'threads' } });
  }

  #finished(message: Answer): void {
    const { vitest } = this.#project;
    const next = this.#isCancelled ? undefined : this.#queue.shift();
    if (next === undefined) {
      const left = this.#queue.splice(0).flatMap(({ context }) => context.files);
      vitest.state.cancelFiles(left, this.#project);
      this.#leave();
      this.#told.emit('message', message);
      return;
    }
    if (message.error !== undefined) vitest.state.catchError(message.error, 'Test Run Error');
    this.#thread.send(next);
  }

  #leave(): void {
    if (atWork.get(this.#project) === this) atWork.delete(this.#project);
  }

  #answer(type: Answer['type']): void {
    this.#told.emit('message', { __vitest_worker_response__: true, type } satisfies Answer);
  }
}
