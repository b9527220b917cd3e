/**
 * The lines of a RabbitMQ log from `since` on (milliseconds since the epoch). A line without a time of its own
 * belongs to the line before it, and at the beginning to the first that has one. Times without an offset, as
 * before RabbitMQ 3.9, are taken as UTC.
 */
export function logSince(log: string, since: number): string {
  const lines = log.split('\n');
  const times = lines.map(timeOf);
  const begins = times.find((time) => time !== undefined) ?? since;
  if (begins >= since) return log;

  const first = times.findIndex((time) => time !== undefined && time >= since);
  return first === -1 ? '' : lines.slice(first).join('\n');
}

/**
 * Whether what a node printed since it was started says that it has. Its log says so, and then it says so itself; the first
 * may be missing, since Erlang's logger drops what is more than 500 lines in a second, as when a node recovers from many
 * quorum queues that were deleted.
 */
export function saysThatStartIsComplete(printed: string): boolean {
  return /Server startup complete| completed with \d+ plugins/.test(printed);
}

/** The last lines of a log, for the message of an error. */
export function tail(log: string, lines = 20): string {
  return log.trimEnd().split('\n').slice(-lines).join('\n');
}

const stamp = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*([+-]\d\d:\d\d)? /;

function timeOf(line: string): number | undefined {
  const match = stamp.exec(line);
  if (match === null) return undefined;

  const [, date, time, offset = 'Z'] = match;
  return Date.parse(`${date}T${time}${offset}`);
}
