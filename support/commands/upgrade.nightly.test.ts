import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { findEngine } from '../broker/container/find-engine.ts';
import { readResults } from '../report/results.ts';
import { ProjectCopy } from './project-copy.test-support.ts';

const project = new ProjectCopy({
  'upgrades/in-place.apart.spec.ts': `
    import { claim, docs } from '#support';
    claim('upgrades/nothing', { says: 'It is said.', documented: [docs('upgrade')], irrefutable: 'It is made up.', queueTypes: 'unvaried', needs: ['upgrade'] }, async ({ broker }) => {
      console.log('It is upgraded now.');
      await broker.upgrade();
    });`,
});
const engine = await findEngine(process.env);

afterEach(async () => {
  await project.nothingIsLeft();
});
afterAll(() => {
  project.remove();
});

describe.skipIf(!engine.works)(`images${engine.works ? '' : `: ${engine.why}`}`, () => {
  test('an image that is nowhere is told by its name', async () => {
    const nowhere = ['upgrade', 'brokerproof/rabbitmq:3.10.8', 'brokerproof/no-such-image:1'];
    expect(await project.command(nowhere)).toMatchObject({
      exitCode: 2,
      all: expect.stringContaining('brokerproof/no-such-image:1') as string,
    });
  }, 120_000);

  test('a step that is not documented is refused, with the steps that are', async () => {
    const back = ['upgrade', 'brokerproof/rabbitmq:4.3.6', 'brokerproof/rabbitmq:4.0.5'];
    expect(await project.command(back)).toMatchObject({
      exitCode: 2,
      all: expect.stringMatching(
        /RabbitMQ 4\.3\.6 can't be upgraded to 4\.0\.5 in place[^]*--anyway/,
      ) as string,
    });
  }, 120_000);

  const skipping = ['upgrade', 'brokerproof/rabbitmq:4.0.5', 'brokerproof/rabbitmq:4.3.6', '--anyway'];

  test('what it has changed is told on the terminal and in the results', async () => {
    const { exitCode, all } = await project.command(skipping);
    expect({ exitCode, all }).toEqual({
      exitCode: 0,
      all: expect.stringMatching(
        /The upgrade from 4\.0\.5 to 4\.3\.6 changed:\n(?: {2}.*\n)* {2}feature flags: new: /,
      ) as string,
    });
    const { broker } = readResults(project.report('results.json'));
    expect(broker?.upgraded).toEqual({
      from: '4.0.5',
      to: '4.3.6',
      changes: expect.arrayContaining([expect.stringMatching(/^feature flags: new: /)]) as string[],
    });
  }, 180_000);

  test('a release that does not start with the data of the other is told so', async () => {
    const back = ['upgrade', 'brokerproof/rabbitmq:4.3.6', 'brokerproof/rabbitmq:4.0.5', '--anyway'];
    const { exitCode, all } = await project.command(back);
    expect({ exitCode, all }).toEqual({
      exitCode: 3,
      all: expect.stringContaining(
        'brokerproof/rabbitmq:4.0.5 does not start with the data of brokerproof/rabbitmq:4.3.6',
      ) as string,
    });
  }, 240_000);

  test.for([/^Broker: container/m, /It is upgraded now\./])(
    'ended by Ctrl-C after %s, it leaves nothing',
    { timeout: 180_000 },
    async (moment) => {
      const command = project.command(skipping);
      await project.printed(command, moment);
      process.kill(-(command.pid ?? 0), 'SIGINT');
      expect((await command).exitCode).toBe(130);
    },
  );
});
