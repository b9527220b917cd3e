/**
 * The text of what an engine tells as a container's log with times, from `since` on (milliseconds since the
 * epoch), without the engine's times: those select, as they are there for every line of every version.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export function linesSince(framed: Buffer, since: number): string {
  const lines = textOf(framed)
    .split('\n')
    .map((line) => ({
      time: Date.parse(line.slice(0, line.indexOf(' '))),
      text: line.slice(line.indexOf(' ') + 1),
    }))
    .filter(({ time }) => time >= since);
  return lines.map(({ text }) => `${text}\n`).join('');
}

/** Without the header of each piece: the stream, three zeros, and the length of what follows. */
function textOf(framed: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= framed.length;) {
    const end = at + 8 + framed.readUInt32BE(at + 4);
    pieces.push(framed.subarray(at + 8, end));
    at = end;
  }
  return Buffer.concat(pieces).toString('utf8');
}
