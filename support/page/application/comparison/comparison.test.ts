import { describe, expect, test } from 'vitest';
import { column, matrixOf } from '../../fabricated-matrix.test-support.ts';
import { hostile } from '../../made-up.test-support.ts';
import { hasNoBrowser } from '../../chromium.test-support.ts';
import { openedPage } from '../../opened-page.test-support.ts';

const old = column('rabbitmq-3.10.8', 'RabbitMQ 3.10.8');
const recent = column('rabbitmq-4.3.6', 'RabbitMQ 4.3.6');
const garage = column('garagemq-0.1', 'GarageMQ 0.1', { failure: `It died ${hostile}` });
function notApplicable(reason: string) {
  return { verdict: 'not applicable' as const, reason };
}

const made = matrixOf([old, recent, garage], {
  'consuming/round-robin': {
    on: {
      [old.id]: 'proven',
      [recent.id]: { verdict: 'violated', reason: `received 1 ${hostile}`, errors: ['odd was to receive 2'] },
    },
  },
  'consuming/requeue': { on: { [old.id]: 'proven', [recent.id]: 'holds' } },
  'queues/lazy': {
    says: 'Up to 4.2, a queue may be lazy.',
    on: { [old.id]: 'proven', [recent.id]: notApplicable('It applies to rabbitmq <4.3.') },
  },
  'queues/lazy-refused': {
    says: 'From 4.3 on, a lazy queue is refused.',
    succeeds: 'queues/lazy',
    on: { [old.id]: notApplicable('It applies to rabbitmq >=4.3.'), [recent.id]: 'proven' },
  },
  'queues/restart': {
    on: { [old.id]: 'proven', [recent.id]: { verdict: 'not testable', reason: 'restart: no command' } },
  },
});

describe.skipIf(hasNoBrowser)('the comparison of two brokers', () => {
  const opened = openedPage(made, { opensAt: '#compare/rabbitmq-3.10.8/rabbitmq-4.3.6' });

  test('is what the page opens with, and counts as the terminal does', async () => {
    const page = await opened.open();
    await page.getByRole('heading', { name: 'RabbitMQ 3.10.8 and RabbitMQ 4.3.6 compared' }).waitFor();
    expect(
      (await page.locator('.figures div').allInnerTexts()).map((text) => text.replace('\n', ' ')),
    ).toEqual([
      'behaves differently 1',
      'apply to one only 2',
      'shows the same 1',
      'could not be compared 1',
    ]);
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
      'The old and the new form of what was changed',
      'What both were seen to do, and do differently',
      'What could not be compared',
    ]);
  });

  test('shows both timelines of a difference side by side', async () => {
    const page = await opened.open();
    const difference = page.getByRole('article', { name: 'consuming/round-robin' });
    await difference.getByText('received 1').waitFor();
    await difference.getByText('Timelines side by side').click();
    await difference.locator('.picture svg').nth(1).waitFor();
    const boxes = await Promise.all(
      [0, 1].map((side) => difference.locator('.picture').nth(side).boundingBox()),
    );
    expect(boxes[0]?.y).toBe(boxes[1]?.y);
  });

  test('joins the old and the new form of one change', async () => {
    const page = await opened.open();
    const change = page.getByRole('article', { name: 'queues/lazy and queues/lazy-refused' });
    expect(await change.getByRole('region').allInnerTexts()).toEqual([
      expect.stringContaining('Up to 4.2, a queue may be lazy.'),
      expect.stringContaining('From 4.3 on, a lazy queue is refused.'),
    ]);
  });

  test('says what could not be compared, and why', async () => {
    const page = await opened.open();
    const section = page.getByRole('region', { name: 'What could not be compared' });
    expect(await section.locator('.incomparable > p').allInnerTexts()).toEqual([
      'RabbitMQ 4.3.6 ? not testable restart: no command',
    ]);
  });

  test('of a difference has an address of its own, which opens it', async () => {
    const page = await opened.open('#compare/rabbitmq-3.10.8/rabbitmq-4.3.6/consuming/round-robin');
    await page.locator('.picture svg').nth(1).waitFor();
    expect(await page.evaluate<string>("document.activeElement.getAttribute('data-claim')")).toBe(
      'consuming/round-robin',
    );
  });

  test('is of any two brokers, in either direction', async () => {
    const page = await opened.open();
    await page.getByLabel('with').selectOption('GarageMQ 0.1');
    await page.getByRole('heading', { name: 'RabbitMQ 3.10.8 and GarageMQ 0.1 compared' }).waitFor();
    await page.getByText('It died').first().waitFor();
    await page.getByRole('button', { name: 'Swap' }).click();
    await page.getByRole('heading', { name: 'GarageMQ 0.1 and RabbitMQ 3.10.8 compared' }).waitFor();
    expect(opened.fragment()).toBe('#compare/garagemq-0.1/rabbitmq-3.10.8');
    await page.goBack();
    await page.getByRole('heading', { name: 'RabbitMQ 3.10.8 and GarageMQ 0.1 compared' }).waitFor();
  });
});
