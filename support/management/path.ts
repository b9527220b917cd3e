/**
 * A path of the management API, in which each inserted name is one segment, whatever characters it
 * has: `` path`/queues/${'/'}/${'a/b'}` `` is `/queues/%2F/a%2Fb`. What is named `.` or `..` can't be
 * reached: the API resolves those as steps through the path, escaped or not.
 */
export function path(literals: TemplateStringsArray, ...names: string[]): string {
  return String.raw({ raw: literals }, ...names.map((name) => encodeURIComponent(name)));
}

/** The default exchange has no name, and a path has no empty segments: the API calls it `amq.default`. */
export function exchangeSegment(exchange: string): string {
  return exchange === '' ? 'amq.default' : exchange;
}
