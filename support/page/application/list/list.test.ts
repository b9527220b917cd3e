import { describe, expect, test } from 'vitest';
import { column, matrixOf } from '../../fabricated-matrix.test-support.ts';
import { one } from '../../made-up.test-support.ts';
import { hasNoBrowser } from '../../chromium.test-support.ts';
import { openedPage } from '../../opened-page.test-support.ts';

describe.skipIf(hasNoBrowser)('the list of claims', () => {
  const opened = openedPage(one);

  test('has a table whose verdicts are found by claim and broker, with queue types apart where they differ', async () => {
    const page = await opened.open('#claims');
    const table = page.getByRole('table', { name: 'Claims' });
    expect(await table.getByRole('columnheader').allInnerTexts()).toEqual(['Claim', 'RabbitMQ 4.3.6']);
    expect(await table.getByRole('row', { name: 'in turn' }).getByRole('cell').innerText()).toMatch(
      /^✗\s*violated\s*✓ classic\s*proven\s*✗ quorum\s*violated$/,
    );
    expect(await table.getByRole('row', { name: 'consuming 2 claims' }).locator('.numbers').innerText()).toBe(
      '✓1\n✗1',
    );
  });

  test('is searched by id, sentence, tag and documentation, and says how many are left', async () => {
    const page = await opened.open('#claims');
    const search = page.getByRole('searchbox');
    for (const [words, found] of [
      ['CONSUMING turn', ['consuming/round-robin']],
      ['queues/la', ['queues/lazy', 'queues/late']],
      ['tutorial two', ['consuming/round-robin']],
      ['consumer-nacks-requeue', ['consuming/requeue']],
      ['nothing says this', []],
    ] as const) {
      await search.fill(words);
      await expect.poll(opened.shownClaims).toEqual(found);
      expect(await page.getByRole('status').innerText()).toBe(`${found.length} of 8 claims`);
    }
    await page.getByRole('button', { name: 'Show all claims' }).click();
    expect(await page.getByRole('status').innerText()).toBe('8 of 8 claims');
  });

  test('is filtered by verdict, area, queue type, proof and needs, all of which stand in the address', async () => {
    const page = await opened.open('#claims');
    const choose = async (name: string, value: string) => await page.getByLabel(name).selectOption(value);
    await choose('Verdict', 'violated');
    expect(await opened.shownClaims()).toEqual(['consuming/round-robin']);
    await choose('Queue type', 'classic');
    expect(await opened.shownClaims()).toEqual([]);
    await choose('Verdict', '');
    expect(await opened.shownClaims()).toEqual(['consuming/round-robin', 'consuming/requeue']);
    await choose('Queue type', '');
    await choose('Area', 'queues');
    await choose('Proof', 'unproven');
    await choose('Needs', 'management');
    expect(await opened.shownClaims()).toEqual(['queues/passive']);
    await expect.poll(opened.fragment).toBe('#claims?area=queues&proof=unproven&needs=management');
    await page.reload();
    await page.getByRole('status').getByText('1 of 8 claims').waitFor();
  });

  test('folds its groups', async () => {
    const page = await opened.open('#claims');
    const area = page.getByRole('button', { name: 'consuming 2 claims' });
    expect(await area.getAttribute('aria-expanded')).toBe('true');
    await area.click();
    expect(await area.getAttribute('aria-expanded')).toBe('false');
    expect((await opened.shownClaims())[0]).toBe('queues/passive');
    await page.getByRole('button', { name: 'Fold all', exact: true }).click();
    expect(await opened.shownClaims()).toEqual([]);
    await page.getByRole('button', { name: 'Unfold all' }).click();
    expect(await opened.shownClaims()).toHaveLength(8);
  });

  test('is left for a claim, and come back to where it was', async () => {
    const page = await opened.open('#claims?area=queues');
    await page.getByRole('link', { name: 'queues/lazy' }).click();
    await page.getByRole('heading', { level: 1, name: 'The broker does queues/lazy.' }).waitFor();
    await page.goBack();
    await expect.poll(opened.focused).toBe('queues/lazy');
    await page.goForward();
    await page.getByRole('link', { name: '← Claims' }).click();
    await expect.poll(opened.focused).toBe('queues/lazy');
    expect(opened.fragment()).toBe('#claims?area=queues');
  });

  test('by documentation: pages and sections in their order, those without a claim too', async () => {
    const page = await opened.open('#documentation');
    const group = page.getByRole('button', { name: /^Consumer Acknowledgements and Publisher Confirms/ });
    expect(await group.innerText()).toContain('1 claim');
    const rows = await page.locator('tbody', { has: group }).getByRole('row').allInnerTexts();
    expect(rows.filter((text) => text.includes('no claim')).length).toBeGreaterThan(10);
    const section = page.locator('tbody', { has: group }).locator('tr.part:not(.empty)');
    expect(await section.getByRole('link').getAttribute('href')).toBe(
      'https://www.rabbitmq.com/docs/confirms#consumer-nacks-requeue',
    );
    const ofPublishers = page.getByRole('button', { name: /^Publishers/ });
    const reasons = page.locator('tbody', { has: ofPublishers }).locator('.note', { hasText: 'no claim: ' });
    expect(await reasons.allInnerTexts()).toContain('no claim: another protocol');
    await page.getByRole('searchbox').fill('consuming/requeue');
    await expect.poll(opened.shownClaims).toEqual(['consuming/requeue']);
  });

  test('by rules: level, whose it is, what RabbitMQ says of itself, and our verdict beside it', async () => {
    const page = await opened.open('#rules');
    const rule = page.locator('tr.part', { hasText: 'rule queue/declare/passive/equivalent' });
    expect((await rule.locator('.note').allInnerTexts()).slice(0, 3)).toEqual([
      'MUST',
      'implemented by server',
      'RabbitMQ says: ok',
    ]);
    expect(await rule.getByRole('link').getAttribute('href')).toMatch(/specification#.*:~:text=/);
    expect(await page.locator('tr.part .note', { hasText: 'open: no claim yet' }).count()).toBeGreaterThan(0);
    expect(await page.locator('tr.part .note', { hasText: 'excluded: ' }).count()).toBeGreaterThan(0);
    expect(await opened.shownClaims()).toEqual(['queues/passive']);
  });

  test('by tutorials, and by mutants', async () => {
    const page = await opened.open('#tutorials');
    const tutorial = page.getByRole('button', { name: 'tutorial two 1 claim' });
    await tutorial.waitFor();
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Mutants' }).click();
    await page.getByText('A broker that serves the same consumer twice in a row').first().waitFor();
  });

  test('is reached within five stops, and walked through by arrows', async () => {
    const page = await opened.open('#claims');
    await page.keyboard.press('Tab');
    expect(await opened.focused()).toBe('To the claims');
    await page.keyboard.press('Enter');
    expect(await opened.focused()).toContain('consuming');
    await page.keyboard.press('ArrowDown');
    expect(await opened.focused()).toBe('consuming/round-robin');
    await page.keyboard.press('ArrowRight');
    expect(await opened.focused()).toContain('violated');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'The broker does consuming/requeue.' }).waitFor();
  });
});

describe.skipIf(hasNoBrowser)('the list of claims on several brokers', () => {
  const [one3, four] = [
    column('rabbitmq-3.10.8', 'RabbitMQ 3.10.8'),
    column('rabbitmq-4.3.6', 'RabbitMQ 4.3.6'),
  ];
  const opened = openedPage(
    matrixOf([one3, four], {
      'a/same': { on: { [one3.id]: 'proven', [four.id]: 'holds' } },
      'a/otherwise': { on: { [one3.id]: 'proven', [four.id]: 'violated' } },
      'a/late': { on: { [one3.id]: 'proven' } },
    }),
  );

  test('shows those that differ, where proven and holds are alike, and of some brokers alone', async () => {
    const page = await opened.open('#claims?verdict=differs');
    expect(await opened.shownClaims()).toEqual(['a/otherwise']);
    expect(await page.getByRole('columnheader').allInnerTexts()).toEqual([
      'Claim',
      'RabbitMQ 3.10.8',
      'RabbitMQ 4.3.6',
    ]);
    await page.getByLabel('Broker').selectOption('RabbitMQ 4.3.6');
    await expect
      .poll(async () => await page.getByRole('columnheader').allInnerTexts())
      .toEqual(['Claim', 'RabbitMQ 4.3.6']);
  });
});
