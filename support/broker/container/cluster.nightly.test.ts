import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { builtImage } from '../../../fixtures/images/built.test-support.ts';
import { type Broker, clusterCapabilities, type ClusterChange } from '../broker.ts';
import { whoAnswers } from '../cluster/who-answers.test-support.ts';
import { findEngine } from './find-engine.ts';
import { containerProvider } from './provider.ts';

const loader = new URL('../../typescript.mjs', import.meta.url).href;
const engine = await findEngine(process.env);
const whyNot = engine.works ? '' : ` (${engine.why})`;
const never = new AbortController().signal;

describe.skipIf(!engine.works)(`a cluster of containers${whyNot}`, { timeout: 180_000 }, () => {
  let image: string;
  let broker: Broker;
  let network: string;

  beforeAll(async () => {
    // Another name, by which its containers are told from those of other runs
    image = `brokerproof/test:${randomBytes(6).toString('hex')}-3.10.8`;
    await execa('docker', ['tag', await builtImage('rabbitmq', 'bookworm'), image]);
    broker = await containerProvider({ ...process.env, BROKER_IMAGE: image }).startCluster(never);
  }, 600_000);

  afterAll(async () => {
    await broker.stop();
    await execa('docker', ['rmi', '--force', image]);
  });

  async function containers(): Promise<string[]> {
    const { stdout } = await execa('docker', ['ps', '--all', '--format', '{{.Image}} {{.ID}}']);
    return stdout
      .split('\n')
      .flatMap((line) => (line.startsWith(`${image} `) ? [line.split(' ')[1] ?? ''] : []));
  }

  async function networkOf(container: string): Promise<string> {
    const format = '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}';
    return (await execa('docker', ['inspect', '--format', format, container])).stdout;
  }

  async function networks(): Promise<string[]> {
    return (await execa('docker', ['network', 'ls', '--format', '{{.Name}}'])).stdout.split('\n');
  }

  async function change(what: ClusterChange): Promise<unknown> {
    return await broker.cluster?.change(what).then(
      () => 'witnessed',
      (error: unknown) => error,
    );
  }

  test('has three nodes, on loopback alone', async () => {
    const { title, capabilities, nodes } = broker.description;
    expect(title).toMatch(/^RabbitMQ 3\.10\.8, container \(three nodes, /);
    expect(capabilities).toEqual(expect.arrayContaining([...clusterCapabilities, 'management', 'ctl']));
    expect(nodes?.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    expect(await whoAnswers(broker.description)).toEqual(['a', 'b', 'c']);
    const ours = await containers();
    expect(ours).toHaveLength(3);
    for (const each of ours) {
      network = await networkOf(each);
      const { stdout } = await execa('docker', ['port', each]);
      expect(stdout.split('\n').filter((line) => !line.includes('-> 127.0.0.1:'))).toEqual([]);
    }
  });

  test('has a rabbitmqctl that hears from all nodes, and prints nothing else', async () => {
    const told = await broker.cluster?.control('b', [
      'list_queues',
      '--silent',
      '--formatter',
      'json',
      'name',
    ]);
    expect(JSON.parse(told ?? '')).toEqual([]);
  });

  test('loses a node that is killed, and one that is stopped, and gets them back', async () => {
    expect(await change({ kill: 'b' })).toBe('witnessed');
    expect(await whoAnswers(broker.description)).toEqual(['a', 'c']);
    expect(await change({ start: 'b' })).toBe('witnessed');
    expect(await change({ stop: 'c' })).toBe('witnessed');
    expect(await whoAnswers(broker.description)).toEqual(['a', 'b']);
    expect(await change({ start: 'c' })).toBe('witnessed');
    expect(await whoAnswers(broker.description)).toEqual(['a', 'b', 'c']);
  });

  test('can be divided, has links that let nothing pass one way, and heals', async () => {
    const cut = (['a', 'b'] as const).map((to) => ({ from: 'c' as const, to, how: 'cut' as const }));
    expect(await change({ links: cut })).toBe('witnessed');
    expect(await broker.cluster?.control('a', ['eval', 'length(nodes()).'])).toBe('1');
    expect(await change({ links: [] })).toBe('witnessed');
    expect(await change({ links: [{ from: 'b', to: 'c', how: 'stalled' }] })).toBe('witnessed');
    expect(await broker.cluster?.restore()).toBe(false);
    expect(await whoAnswers(broker.description)).toEqual(['a', 'b', 'c']);
  });

  test('suspends a node, and drains one', async () => {
    expect(await change({ pause: 'c' })).toBe('witnessed');
    expect(await change({ resume: 'c' })).toBe('witnessed');
    expect(await change({ drain: 'c' })).toBe('witnessed');
    expect(await whoAnswers(broker.description)).toEqual(['a', 'b']);
    expect(await change({ revive: 'c' })).toBe('witnessed');
  });

  test('leaves nothing when it is stopped, with a suspended node too', async () => {
    expect(await change({ pause: 'b' })).toBe('witnessed');
    expect(await networks()).toContain(network);
    await broker.stop();
    expect(await containers()).toEqual([]);
    expect(await networks()).not.toContain(network);
  });

  test('leaves nothing when the run is killed', async () => {
    const module = JSON.stringify(new URL('./provider.ts', import.meta.url).href);
    const source = `
      import { containerProvider } from ${module};
      const broker = await containerProvider(process.env).startCluster(new AbortController().signal);
      await broker.cluster.change({ pause: 'c' });
      console.log('up');
      setInterval(() => {}, 1000);`;
    const run = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, BROKER_IMAGE: image },
    });
    try {
      await once(createInterface({ input: run.stdout }), 'line');
      const [first = ''] = await containers();
      network = await networkOf(first);
      expect(await networks()).toContain(network);
    } finally {
      run.kill('SIGKILL');
    }
    await expect.poll(containers, { timeout: 30_000 }).toEqual([]);
    await expect.poll(networks, { timeout: 30_000 }).not.toContain(network);
  });
});
