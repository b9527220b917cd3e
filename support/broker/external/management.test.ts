import { createServer as createHttpServer, type Server } from 'node:http';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ManagementClient } from '../../management/client.ts';
import type { Broker, BrokerDescription } from '../broker.ts';
import { amqpUrl, isAvailable, plugins, provider, whyNot } from './somebody-elses.test-support.ts';
import { failure, listening, start } from './starting.test-support.ts';

describe.skipIf(!isAvailable)(`with a broker${whyNot}`, () => {
  /** Somebody else's broker, and another. */
  let owned: Broker;
  let other: Broker;
  let it: BrokerDescription;
  let AMQP_URL: string;
  let at: string;
  const servers: Server[] = [];

  beforeAll(async () => {
    const { signal } = new AbortController();
    [owned, other] = await Promise.all([provider.start(signal), provider.start(signal)]);
  }, 300_000);
  beforeEach(() => {
    it = owned.description;
    AMQP_URL = amqpUrl(it);
    at = `127.0.0.1:${it.amqp.port}`;
  });
  afterAll(async () => {
    for (const server of servers) server.close();
    await Promise.all([owned?.stop(), other?.stop()]);
  });

  async function vhosts(): Promise<string> {
    return await owned.control(['--quiet', 'list_vhosts']);
  }

  test('with MANAGEMENT_URL it has management, and no virtual host is left', async () => {
    const before = await vhosts();
    const broker = await start({ AMQP_URL, MANAGEMENT_URL: `${it.managementUrl}/` });

    expect(broker.description.capabilities).toEqual(['management', 'administration', 'policies', ...plugins]);
    expect(broker.description.managementUrl).toBe(it.managementUrl);
    expect(await vhosts()).toBe(before);
    await broker.stop();
  });

  describe('of which a user has one virtual host', () => {
    const seesNothing = /^the management API refused the user tagged-none \(status 401: .+\)$/;
    const noVirtualHosts = /may not make virtual hosts \(status 401: Not administrator user\)$/;
    const noPolicies = /may not set policies \(status 401: .+\)$/;

    let owner: ManagementClient;

    beforeAll(async () => {
      owner = ownerOf(owned);
      await owner.virtualHosts.put('tenant');
      await owner.users.put('homeless', { password: 'secret', tags: ['monitoring'] });
    });
    afterAll(() => owner?.close());

    function ownerOf({ description: { username, password, managementUrl = '' } }: Broker): ManagementClient {
      return new ManagementClient({ url: managementUrl, username, password });
    }

    /** Adds a user with these tags and all permissions in the one virtual host. */
    async function tenant(name: string, tags: string[], on = owner): Promise<void> {
      await on.users.put(name, { password: 'secret', tags });
      await on.in('tenant').permissions.put(name, { configure: '.*', write: '.*', read: '.*' });
    }

    test.each<{ tags: string[]; has: string[]; lacks: Record<string, RegExp> }>([
      {
        tags: ['none'],
        has: [],
        lacks: { management: seesNothing, administration: seesNothing, policies: seesNothing },
      },
      {
        tags: ['management'],
        has: ['management', ...plugins],
        lacks: { administration: noVirtualHosts, policies: noPolicies },
      },
      {
        tags: ['monitoring'],
        has: ['management', ...plugins],
        lacks: { administration: noVirtualHosts, policies: noPolicies },
      },
      {
        tags: ['policymaker'],
        has: ['management', 'policies', ...plugins],
        lacks: { administration: noVirtualHosts },
      },
      {
        tags: ['management', 'policymaker'],
        has: ['management', 'policies', ...plugins],
        lacks: { administration: noVirtualHosts },
      },
      {
        tags: ['administrator'],
        has: ['management', 'administration', 'policies', ...plugins],
        lacks: {},
      },
    ])('and is tagged $tags', async ({ tags, has, lacks }) => {
      const name = `tagged-${tags.join('-')}`;
      await tenant(
        name,
        tags.filter((tag) => tag !== 'none'),
      );
      const made = async () => {
        const [hosts, policies] = [owner.virtualHosts.list(), owner.in('tenant').policies.list()];
        return [...(await hosts), ...(await policies)].map((each) => each.name);
      };
      const before = await made();
      const broker = await start({
        AMQP_URL: `amqp://${name}:secret@${at}/tenant`,
        MANAGEMENT_URL: it.managementUrl ?? '',
      });

      const { capabilities, missing, managementUrl, managementUser, username, virtualHost } =
        broker.description;
      const seen = { managementUrl, managementUser, username, virtualHost };
      await broker.stop();

      expect(capabilities).toEqual(has);
      expect(missing).toMatchObject(
        Object.fromEntries(
          Object.entries(lacks).map(([capability, why]) => [capability, expect.stringMatching(why)]),
        ),
      );
      expect(seen).toEqual({
        managementUrl: has.includes('management') ? it.managementUrl : undefined,
        managementUser: undefined,
        username: name,
        virtualHost: 'tenant',
      });
      expect(await made()).toEqual(before);
    });

    test('another user asks the management API, who sees that virtual host', async () => {
      await tenant('worker', []);
      await tenant('watcher', ['monitoring']);
      const url = new URL(it.managementUrl ?? '');
      [url.username, url.password] = ['watcher', 'secret'];
      const broker = await start({
        AMQP_URL: `amqp://worker:secret@${at}/tenant`,
        MANAGEMENT_URL: url.href,
      });

      expect(broker.description).toMatchObject({
        username: 'worker',
        managementUser: { username: 'watcher', password: 'secret' },
        capabilities: ['management', ...plugins],
      });
      await broker.stop();
    });

    test.each([
      [
        'who does not see it',
        'homeless',
        /^the user homeless may not see the virtual host tenant \(status 401/,
      ],
      ['without any tag', 'clerk', /^the management API refused the user clerk \(status 401/],
    ])('another user asks the management API, %s', async (_, name, why) => {
      await tenant(`${name}-worker`, []);
      if (name === 'clerk') await tenant(name, []);
      const url = new URL(it.managementUrl ?? '');
      [url.username, url.password] = [name, 'secret'];
      const broker = await start({
        AMQP_URL: `amqp://${name}-worker:secret@${at}/tenant`,
        MANAGEMENT_URL: url.href,
      });

      expect(broker.description).toMatchObject({
        username: `${name}-worker`,
        environment: {
          AMQP_URL: `amqp://${name}-worker:$AMQP_PASSWORD@${at}/tenant`,
          MANAGEMENT_URL: url.href.replace(':secret@', ':$MANAGEMENT_PASSWORD@').replace(/\/$/, ''),
        },
        capabilities: [],
        missing: { management: expect.stringMatching(why) },
      });
      await broker.stop();
    });

    test('and so has a user of the same name of another broker, whose management API is given', async () => {
      const ownerOfOther = ownerOf(other);
      await ownerOfOther.virtualHosts.put('tenant');
      await tenant('twin', ['management']);
      await tenant('twin', ['management'], ownerOfOther);
      const error = await failure({
        AMQP_URL: `amqp://twin:secret@${at}/tenant`,
        MANAGEMENT_URL: other.description.managementUrl ?? '',
      });
      await ownerOfOther.virtualHosts.delete('tenant');
      await ownerOfOther.close();

      expect(error.problem).toMatch(
        /^MANAGEMENT_URL is of another broker than AMQP_URL: a queue declared there is not known at http:/,
      );
    });
  });

  test('a management API that is not there', async () => {
    const error = await failure({ AMQP_URL, MANAGEMENT_URL: 'http://127.0.0.1:1' });
    expect(error.problem).toMatch(
      /^The management API at http:\/\/127\.0\.0\.1:1 can't be reached: .*ECONNREFUSED/,
    );
  });

  test('something else than a management API', async () => {
    const server = createHttpServer((_, response) => response.end('["hello"]'));
    servers.push(server);
    const port = await listening(server);
    const error = await failure({ AMQP_URL, MANAGEMENT_URL: `http://127.0.0.1:${port}` });
    expect(error.problem).toBe(
      `What answers at http://127.0.0.1:${port} is not a management API (GET /api/overview: status 200, and no JSON object).`,
    );
  });

  test('a wrong password for the management API', async () => {
    const url = new URL(it.managementUrl ?? '');
    url.username = 'brokerproof';
    url.password = 'secret';
    const error = await failure({ AMQP_URL, MANAGEMENT_URL: url.href });
    expect(error.problem).toMatch(
      /^The management API at \S+ refused the user brokerproof \(status 401: .+\)\.$/,
    );
  });

  test('the management API of another broker, where the same user may do everything', async () => {
    await other.control(['change_password', other.description.username, it.password]);
    const { managementUrl = '' } = other.description;

    const error = await failure({ AMQP_URL, MANAGEMENT_URL: managementUrl });

    expect(error.problem).toMatch(/^MANAGEMENT_URL is of another broker than AMQP_URL: /);
    expect(await other.control(['--quiet', 'list_vhosts'])).toBe('name\n/');
    const { statusCode } = await request(`${managementUrl}/api/overview`);
    expect(statusCode).toBe(401);
  });

  test('a user of the management API who can not log in by AMQP', async () => {
    const url = new URL(other.description.managementUrl ?? '');
    await other.control(['add_user', 'stranger', 'secret']);
    await other.control(['set_user_tags', 'stranger', 'administrator']);
    url.username = 'stranger';
    url.password = 'secret';
    const error = await failure({ AMQP_URL, MANAGEMENT_URL: url.href });
    expect(error.problem).toMatch(
      /^The user stranger of MANAGEMENT_URL can't log in where AMQP_URL points: /,
    );
  });
});
