import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ProjectCopy } from './project-copy.test-support.ts';

const project = new ProjectCopy();

afterEach(async () => {
  await project.nothingIsLeft();
});
afterAll(() => {
  project.remove();
});

/** What is told of a use that is refused: one clear error, and no more. */
async function refusal(...asked: string[]): Promise<string> {
  const { exitCode, all } = await project.command(['upgrade', ...asked], {});
  expect({ exitCode, all }).toEqual({ exitCode: 2, all: expect.not.stringMatching(/^ +at /m) as string });
  return all ?? '';
}

describe('a wrong use', () => {
  test.for([{ asked: [] }, { asked: ['a:1'] }, { asked: ['a:1', 'b:1', 'c:1'] }])(
    '$asked are not two brokers',
    async ({ asked }) => {
      expect(await refusal(...asked)).toMatch(
        new RegExp(`^pnpm upgrade takes two brokers, and was given ${asked.length}\\.\nGive two images`),
      );
    },
  );

  test.for(['embedded', 'amqp://guest:guest@localhost'])(
    '%s is no image, and its data goes nowhere else',
    async (asked) => {
      expect(await refusal(asked, 'rabbitmq:4.3-management')).toMatch(
        /^.* is no image, and its data can't be given to another\.\nGive two images/,
      );
    },
  );

  test('a name that is mistyped', async () => {
    expect(await refusal('rabbitmq-3.1', 'rabbitmq-4.3')).toContain('Did you mean ');
  });
});
