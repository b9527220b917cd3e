/** The management HTTP API answered a request with an error status. */
export class ManagementError extends Error {
  override readonly name = 'ManagementError';
  /** The HTTP status: 404. */
  readonly status: number;
  readonly method: string;
  /** With the query, as it was sent: `/api/queues/%2F/tasks?if-unused=true`. */
  readonly path: string;
  /** The API's own word for it: `bad_request`. Absent where the answer was not the API's (a proxy's page). */
  readonly error: string | undefined;
  /** The API's own explanation: `inequivalent arg 'durable' for queue …`. */
  readonly reason: string | undefined;

  constructor(request: { method: string; path: string }, status: number, body: string) {
    const { error, reason } = explanation(body);
    const text = [error, reason].filter((part) => part !== undefined).join(': ') || body.slice(0, 200);
    super(`${request.method} ${request.path} was answered with ${status} ${text}`.trimEnd());
    this.status = status;
    this.method = request.method;
    this.path = request.path;
    this.error = error;
    this.reason = reason;
  }
}

function explanation(body: string): { error?: string; reason?: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return {};
  }
  if (typeof json !== 'object' || json === null) return {};
  return {
    ...('error' in json && { error: asText(json.error) }),
    ...('reason' in json && { reason: asText(json.reason) }),
  };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
