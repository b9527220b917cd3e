import { createServer, type Server } from 'node:http';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { UsageError } from '../../errors.ts';
import { type Broker, type ClusterChange, nodeCommands, nodeNames } from '../broker.ts';
import { whoAnswers } from '../cluster/who-answers.test-support.ts';
import { externalProvider } from './provider.ts';
import { isAvailable, provider, whyNot } from './somebody-elses.test-support.ts';
import { listening } from './starting.test-support.ts';

const never = new AbortController().signal;

describe.skipIf(!isAvailable)(`with a cluster${whyNot}`, { timeout: 180_000 }, () => {
  /** Somebody else's. */
  let owned: Broker;
  let server: Server;
  let AMQP_URL: string;
  let MANAGEMENT_URL: string;
  let commands: Record<string, string>;

  beforeAll(async () => {
    owned = await provider.startCluster(never);
    const { username, password, nodes = [], managementUrl = '' } = owned.description;
    AMQP_URL = `amqp://${username}:${password}@${nodes.map(({ amqp }) => `${amqp.host}:${amqp.port}`).join()}`;
    MANAGEMENT_URL = managementUrl;
    server = createServer((question, response) => {
      const [, what = '', node = ''] = (question.url ?? '').split('/');
      void owned.cluster?.change(changeOf(what, node.replace('rabbit-', ''))).then(
        () => response.end(),
        () => response.writeHead(500).end(),
      );
    });
    const port = await listening(server);
    const owner = `${process.execPath} -e 'fetch("http://127.0.0.1:${port}/"+process.argv[1]).then(({ok})=>process.exit(ok?0:1))'`;
    const verbOf = (name: string) => name.replace(/^NODE_(.*)_COMMAND$/, '$1').toLowerCase();
    commands = Object.fromEntries(nodeCommands.map((name) => [name, `${owner} ${verbOf(name)}/$NODE`]));
  }, 300_000);

  afterAll(async () => {
    server.close();
    await owned.stop();
  });

  function changeOf(what: string, name: string): ClusterChange {
    const node = nodeNames.find((each) => each === name) ?? 'a';
    if (what === 'heal') return { links: [] };
    const others = nodeNames.filter((each) => each !== node);
    if (what === 'cut') return { links: others.map((to) => ({ from: node, to, how: 'cut' })) };
    return { [what]: node } as unknown as ClusterChange;
  }

  async function start(environment: Record<string, string>): Promise<Broker> {
    return await externalProvider(environment).startCluster(never);
  }

  test('without commands nothing can be done to its nodes, and each capability says why', async () => {
    const broker = await start({ AMQP_URL, MANAGEMENT_URL, NODE_KILL_COMMAND: 'kill "$NODE"' });
    const { capabilities, missing, nodes, environment } = broker.description;
    expect(capabilities).toEqual(expect.arrayContaining(['cluster', 'management', 'administration']));
    expect(missing).toMatchObject({
      node_kill: 'no NODE_START_COMMAND was given',
      node_stop: 'no NODE_STOP_COMMAND and no NODE_START_COMMAND was given',
      partition: 'no NODE_CUT_COMMAND and no NODE_HEAL_COMMAND was given',
      stall: expect.any(String),
      ctl: expect.any(String),
      restart: expect.any(String),
    });
    expect(nodes).toEqual(owned.description.nodes);
    expect(environment).toMatchObject({ NODE_KILL_COMMAND: '$NODE_KILL_COMMAND' });
    await broker.stop();
  });

  test('its nodes are killed, cut off and so on by commands that are told their names', async () => {
    const broker = await start({
      AMQP_URL,
      MANAGEMENT_URL,
      NODES: 'rabbit-a,rabbit-b,rabbit-c',
      ...commands,
    });
    const change = async (what: ClusterChange) => {
      await broker.cluster?.change(what);
      return await whoAnswers(broker.description);
    };
    const cut = (['a', 'b'] as const).map((to) => ({ from: 'c' as const, to, how: 'cut' as const }));
    expect(await change({ kill: 'b' })).toEqual(['a', 'c']);
    expect(await change({ start: 'b' })).toEqual(['a', 'b', 'c']);
    expect(await change({ pause: 'c' })).toEqual(['a', 'b']);
    expect(await change({ resume: 'c' })).toEqual(['a', 'b', 'c']);
    expect(await change({ drain: 'b' })).toEqual(['a', 'c']);
    expect(await change({ revive: 'b' })).toEqual(['a', 'b', 'c']);
    await broker.cluster?.change({ links: cut });
    expect(await change({ links: [] })).toEqual(['a', 'b', 'c']);
    await broker.cluster?.change({ stop: 'c' });
    await broker.stop();
    expect(await whoAnswers(owned.description)).toEqual(['a', 'b', 'c']);
  });

  test('a command that does nothing, and a node that comes back by itself, are told', async () => {
    const broker = await start({
      AMQP_URL,
      MANAGEMENT_URL,
      ...commands,
      NODES: 'a,b,c',
      NODE_PAUSE_COMMAND: 'true',
    });
    await expect(broker.cluster?.change({ pause: 'b' })).rejects.toThrow('Node b is not suspended');
    await broker.cluster?.change({ resume: 'b' });
    await broker.cluster?.change({ kill: 'c' });
    expect(broker.died()).toBeUndefined();
    await owned.cluster?.change({ start: 'c' });
    await expect.poll(() => broker.died()).toBe('node c came back before NODE_START_COMMAND ran');
    await broker.stop().catch(() => undefined);
  });

  test('other addresses than one of each of three nodes, or no management API', async () => {
    const [first = ''] = AMQP_URL.split(',');
    const failure = async (environment: Record<string, string>) =>
      await start(environment).catch((error: unknown) =>
        error instanceof UsageError ? error.problem : error,
      );
    expect(await failure({ AMQP_URL: first, MANAGEMENT_URL })).toBe(
      'A cluster of three nodes is asked for, and AMQP_URL has one address.',
    );
    const [, at = ''] = first.split('@');
    expect(await failure({ AMQP_URL: `${first},${at},${at}`, MANAGEMENT_URL })).toMatch(
      /^The addresses of AMQP_URL are not of three nodes, but of /,
    );
    expect(await failure({ AMQP_URL })).toMatch(/there is no MANAGEMENT_URL/);
    expect(await failure({ AMQP_URL, MANAGEMENT_URL, NODES: 'one,two' })).toBe(
      'NODES names 2, and AMQP_URL has 3 addresses.',
    );
  });
});
