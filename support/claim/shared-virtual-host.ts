import type { ManagementClient } from '../management/client.ts';

let shared: Promise<string> | undefined;

/**
 * The virtual host that the specs of this process share. Making one costs 15 ms and deleting it 20 ms,
 * so only specs that change something of the virtual host itself have their own.
 */
export async function sharedVirtualHost(run: string, management: ManagementClient): Promise<string> {
  shared ??= (async () => {
    const name = `${run}.shared-${crypto.randomUUID().slice(0, 8)}`;
    await management.virtualHosts.put(name);
    return name;
  })();
  return await shared;
}
