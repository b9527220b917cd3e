import { Pool, type Dispatcher } from 'undici';
import { z } from 'zod';
import { CouldNotRun, messageOf, UsageError } from '../errors.ts';
import { ManagementError } from './error.ts';

/** How long requests in flight are waited for when the connections are to be closed, in milliseconds. */
const farewellMs = 1_000;

export interface ManagementOptions {
  /** Base URL: `http://127.0.0.1:15672`, with the path prefix if the API has one. */
  url: string;
  username: string;
  password: string;
  /** Whose API it is, for errors: `RabbitMQ 3.10.8`. Default: `the broker`. */
  of?: string;
  /** How long one request may take until its whole answer is there, in milliseconds. Default: 10,000. */
  timeoutMs?: number;
  /** Calls all requests off; they reject with its reason then. */
  signal?: AbortSignal | undefined;
}

/** A request that was not answered: nobody listens, the connection was lost, or time was up. */
export class NoAnswer extends CouldNotRun {
  /** Whether time was up. */
  readonly late: boolean;

  constructor(message: string, { late, ...options }: ErrorOptions & { late: boolean }) {
    super(message, options);
    this.late = late;
  }
}

interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Error statuses that are an answer and not an error: a failed health check is 503. */
  accept?: readonly number[];
}

interface Answer {
  status: number;
  headers: Dispatcher.ResponseData['headers'];
  text: string;
}

/**
 * Requests to the management HTTP API over a pool of kept-alive connections. For what the
 * {@link ManagementClient} has no method for: other endpoints, pagination, `columns`.
 *
 * Every method throws {@link ManagementError} for an answer with an error status, {@link NoAnswer} where there is
 * none, and {@link CouldNotRun} for one that can't be understood.
 */
export class ManagementHttp {
  readonly #authorization: string;
  readonly #name: string;
  readonly #signal: AbortSignal | undefined;
  readonly #timeoutMs: number;
  #api: { origin: string; prefix: string; pool: Pool };

  constructor({ url, username, password, of = 'the broker', timeoutMs = 10_000, signal }: ManagementOptions) {
    this.#name = `The management API of ${of}`;
    this.#signal = signal;
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    this.#timeoutMs = timeoutMs;
    this.#api = apiAt(url);
  }

  /** Sends all further requests to another URL, for a broker that changed its ports. */
  async moveTo(url: string): Promise<void> {
    const { pool } = this.#api;
    this.#api = apiAt(url);
    await closed(pool);
  }

  /** GET, with the answer checked against a schema. `path` is what follows `/api`. */
  async get<T>(path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
    return this.#understand('GET', path, await this.request('GET', path, options), schema);
  }

  /** POST, with the answer checked against a schema. */
  async post<T>(path: string, schema: z.ZodType<T>, options: RequestOptions = {}): Promise<T> {
    return this.#understand('POST', path, await this.request('POST', path, options), schema);
  }

  /** PUT: whether that created something (201), or something was there already (204). */
  async put(path: string, body: unknown = {}): Promise<{ created: boolean }> {
    const { status } = await this.request('PUT', path, { body });
    return { created: status === 201 };
  }

  async delete(path: string, options: RequestOptions = {}): Promise<void> {
    await this.request('DELETE', path, options);
  }

  /** Any request; gives the answer as it is. */
  async request(
    method: Dispatcher.HttpMethod,
    path: string,
    { query, body, headers, accept = [] }: RequestOptions = {},
  ): Promise<Answer> {
    const target = `${this.#api.prefix}${path}${queryString(query)}`;
    const answer = await this.#exchange(method, target, {
      headers: {
        authorization: this.#authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (answer.status >= 300 && !accept.includes(answer.status))
      throw new ManagementError({ method, path: target }, answer.status, answer.text);
    return answer;
  }

  /** Closes the connections; requests in flight are finished first, unless that takes longer than a second. */
  async close(): Promise<void> {
    await closed(this.#api.pool);
  }

  async #exchange(
    method: Dispatcher.HttpMethod,
    target: string,
    options: { headers: Record<string, string>; body?: string },
  ): Promise<Answer> {
    const late = AbortSignal.timeout(this.#timeoutMs);
    const signal = this.#signal === undefined ? late : AbortSignal.any([late, this.#signal]);
    try {
      const { statusCode, headers, body } = await this.#api.pool.request({
        method,
        path: target,
        signal,
        ...options,
      });
      return { status: statusCode, headers, text: await body.text() };
    } catch (error) {
      this.#signal?.throwIfAborted();
      const what = late.aborted
        ? `was not answered within ${this.#timeoutMs} ms`
        : `failed: ${networkFailure(error)}`;
      throw new NoAnswer(`${this.#name}: ${method} ${this.#api.origin}${target} ${what}`, {
        cause: error,
        late: late.aborted,
      });
    }
  }

  #understand<T>(method: string, path: string, { text }: Answer, schema: z.ZodType<T>): T {
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch (error) {
      throw new CouldNotRun(
        `${this.#name}: ${method} ${this.#api.origin}${this.#api.prefix}${path} was answered with something that is not JSON: ${text.slice(0, 200)}`,
        { cause: error },
      );
    }
    const result = schema.safeParse(json);
    if (result.success) return result.data;
    throw new CouldNotRun(
      `${this.#name}: the answer to ${method} ${this.#api.origin}${this.#api.prefix}${path} is not of the expected form\n${z.prettifyError(result.error)}`,
      { cause: result.error },
    );
  }
}

async function closed(pool: Pool): Promise<void> {
  const late = setTimeout(() => void pool.destroy(), farewellMs);
  await pool.close();
  clearTimeout(late);
}

function queryString(query: RequestOptions['query'] = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value));

  return parameters.size === 0 ? '' : `?${parameters.toString()}`;
}

/** Node tries each address of a name, and then has an error without a message but with several errors in it. */
function networkFailure(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(networkFailure).join(', ');
  return messageOf(error);
}

function apiAt(url: string) {
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw new UsageError(
      `"${url}" is not the URL of a management API`,
      'Give it as http://host:15672 or https://host:15671.',
    );
  }
  const { origin, pathname } = new URL(url);
  return {
    origin,
    prefix: `${pathname.replace(/\/+$/, '')}/api`,
    pool: new Pool(origin, { connections: 16 }),
  };
}
