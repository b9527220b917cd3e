import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool } from 'undici';
import type { MutantAtWork } from '../proxy/mutant-at-work.ts';
import type { Json, ManagementRequest } from './rule.ts';

/** Headers that speak of one connection alone, or of the octets of a body that may change. */
const ofTheConnection = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'expect',
  'host',
]);

interface ManagementProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Stands in front of a management API. @param run counts how often the mutant changed an answer */
export async function startManagementProxy({
  atWork,
  url,
}: {
  atWork: Pick<MutantAtWork, 'management' | 'fired'>;
  url: string;
}): Promise<ManagementProxy> {
  const rules = atWork.management;
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/\/+$/, '');
  const pool = new Pool(origin, { connections: 16 });

  /** A body as the mutant has it. */
  const rewritten = (body: Buffer, by: (said: Json) => Json): Buffer => {
    const said = understood(body);
    if (said === undefined) return body;
    const after = JSON.stringify(by(said));
    if (after === JSON.stringify(said)) return body;
    atWork.fired += 1;
    return Buffer.from(after);
  };
  const asked = (body: Buffer, request: ManagementRequest): Buffer =>
    rewritten(body, (said) => rules.reduce((json, { sends }) => sends?.(json, request) ?? json, said));
  const answered = (body: Buffer, request: ManagementRequest): Buffer =>
    rewritten(body, (said) => rules.reduce((json, { change }) => change(json, request), said));

  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url: target = '/' } = request;
    const [path = '', ...query] = target.slice(prefix.length).split(/(?=\?)/);
    const sent = asked(await wholeOf(request), { method, path });
    if (rules.some(({ swallows }) => swallows?.({ method, path }) === true)) {
      atWork.fired += 1;
      response.writeHead(204).end();
      return;
    }
    const { statusCode, headers, body } = await pool.request({
      method,
      path: `${prefix}${rules.reduce((other, { asks }) => asks?.(other) ?? other, path)}${query.join('')}`,
      headers: forwarded(request.headers),
      ...(sent.length === 0 ? {} : { body: sent }),
    });
    const told = Buffer.from(await body.arrayBuffer());
    const octets = statusCode < 300 && rules.length > 0 ? answered(told, { method, path }) : told;
    response.writeHead(statusCode, {
      ...forwarded(headers),
      ...(octets.length === 0 ? {} : { 'content-length': octets.length }),
    });
    response.end(octets);
  };

  const server = createServer({ noDelay: true }, (request, response) => {
    // Whatever goes wrong upstream looks to the client as if the API itself broke off
    relay(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError(`It listens on ${address}.`);
  return {
    url: `http://127.0.0.1:${address.port}${prefix}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, pool.destroy()]);
    },
  };
}

type Headers = Record<string, string | string[]>;

function forwarded(headers: Record<string, string | string[] | undefined>): Headers {
  const kept: Headers = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !ofTheConnection.has(name)) kept[name] = value;

  // So that an answer can be read
  delete kept['accept-encoding'];
  return kept;
}

async function wholeOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** `undefined` for what is no JSON. */
function understood(body: Buffer): Json | undefined {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
