import { describe, expect, test } from 'vitest';
import { column, matrixOf } from '../fabricated-matrix.test-support.ts';
import { hasNoBrowser } from '../chromium.test-support.ts';
import { openedPage } from '../opened-page.test-support.ts';

const old = column('rabbitmq-3.10.8', 'RabbitMQ 3.10.8');
const recent = column('rabbitmq-4.3.6', 'RabbitMQ 4.3.6');
const tutorial = 'https://www.rabbitmq.com/tutorials/tutorial-two-python#round-robin-dispatching';
const claims = {
  'consuming/round-robin': {
    says: 'Tasks go to the consumers of a queue in turn.',
    documented: [{ title: 'RabbitMQ tutorial two: round robin dispatching', url: tutorial }],
    on: { [old.id]: 'proven' as const, [recent.id]: 'proven' as const },
  },
  'durability/transient-exchange': {
    says: 'An exchange that is not durable is gone after a restart.',
    on: {
      [old.id]: 'proven' as const,
      [recent.id]: { verdict: 'violated' as const, reason: 'it was there' },
    },
  },
};

/** Each question is answered by at most two actions, from the page as it opens. */
describe.skipIf(hasNoBrowser)('a reader asks', () => {
  const opened = openedPage(matrixOf([old, recent], claims));

  test('which claims are violated?', async () => {
    const page = await opened.open();
    const attention = page.getByRole('region', { name: 'What asks for attention' });
    expect(await attention.getByRole('listitem').allInnerTexts()).toEqual([
      expect.stringMatching(/violated An exchange that is not durable is gone after a restart\./),
    ]);
  });

  test('what does round robin promise, and where?', async () => {
    const page = await opened.open();
    await page.getByRole('link', { name: 'Claims', exact: true }).click();
    await page.getByRole('searchbox').fill('round robin');
    const row = page.getByRole('row', { name: 'Tasks go to the consumers of a queue in turn.' });
    expect(
      await row
        .getByRole('link', { name: 'RabbitMQ tutorial two: round robin dispatching' })
        .getAttribute('href'),
    ).toBe(tutorial);
  });

  test('was it ever seen to fail?', async () => {
    const page = await opened.open();
    await page.getByRole('link', { name: 'consuming/round-robin: proven' }).first().click();
    const section = page.getByRole('region', { name: 'How its spec was seen to fail' });
    await section.getByText('killed').first().waitFor();
  });

  test('what changes from 3.10 to 4.3?', async () => {
    const page = await opened.open();
    await page.getByRole('link', { name: 'Comparison' }).click();
    await page.getByRole('heading', { name: 'RabbitMQ 3.10.8 and RabbitMQ 4.3.6 compared' }).waitFor();
    const changed = page.getByRole('region', { name: 'What both were seen to do, and do differently' });
    expect(await changed.getByRole('article').count()).toBe(1);
    await changed.getByText('it was there').waitFor();
  });

  test('which rules of the specification are not covered?', async () => {
    const page = await opened.open();
    await page.getByRole('link', { name: 'Rules of AMQP 0-9-1' }).click();
    await page.getByText('open: no claim yet').first().waitFor();
  });
});
