import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';
import { ManagementClient } from './client.ts';
import type { ManagementOptions } from './http.ts';

/** How to ask a server that answers as a test wants it. */
export async function serving(listener: RequestListener, prefix = ''): Promise<ManagementOptions> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${String(port)}${prefix}`, username: 'guest', password: 'gäst' };
}

/** A client of a server that behaves as no management API does. */
export async function facing(
  listener: RequestListener,
  prefix = '',
  timeoutMs = 5_000,
): Promise<ManagementClient> {
  const management = new ManagementClient({ ...(await serving(listener, prefix)), timeoutMs });
  onTestFinished(() => management.close());
  return management;
}

/** A client of a server that answers every request with this. */
export async function answeredWith(answer: unknown): Promise<ManagementClient> {
  return await facing((_, response) => response.end(JSON.stringify(answer)));
}
