import { describe, expect, test } from 'vitest';
import { column, matrixOf } from '../../fabricated-matrix.test-support.ts';
import { hostile, one } from '../../made-up.test-support.ts';
import { hasNoBrowser } from '../../chromium.test-support.ts';
import { openedPage } from '../../opened-page.test-support.ts';

describe.skipIf(hasNoBrowser)('the first screen of one broker', () => {
  const excluded = [{ id: 'queues/crlf', says: 'Line feeds are stripped.', because: 'Nobody promises it.' }];
  const opened = openedPage(one, { excluded, allure: 'allure/index.html' });

  test('says which broker it was, when, how long it took, and what is known of it', async () => {
    const page = await opened.open();
    expect(await page.title()).toBe('brokerproof: RabbitMQ 4.3.6');
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('RabbitMQ 4.3.6');
    expect(
      (await page.locator('header .facts div').allInnerTexts()).map((text) => text.replace('\n', ' ')),
    ).toEqual([
      'Provider container, rabbitmq:4.3.6-management',
      'Profile fixtures/profiles/rabbitmq.json',
      'When 2026-11-20 10:00 UTC',
      'Took 41 s',
      'Claims 8',
      'Beside it the Allure report',
    ]);
  });

  test('counts claims by verdict, says what each means, and leads to them', async () => {
    const page = await opened.open();
    const tiles = page.getByRole('list', { name: 'Claims by verdict' }).getByRole('link');
    expect((await tiles.allInnerTexts()).map((text) => text.split('\n')[0])).toEqual([
      '1 ✓ proven',
      '2 ✓ holds',
      '1 ✗ violated',
      '1 ≠ deviates',
      '1 – not applicable',
      '1 ? not testable',
      '1 ! could not run',
    ]);
    await tiles.filter({ hasText: 'violated' }).click();
    await page.getByRole('heading', { level: 1, name: 'Claims' }).waitFor();
    expect(await opened.shownClaims()).toEqual(['consuming/round-robin']);
    expect(opened.fragment()).toBe('#claims?verdict=violated');
  });

  test('says first what is bad, a sentence each, with the reason', async () => {
    const page = await opened.open();
    const items = page.getByRole('region', { name: 'What asks for attention' }).getByRole('listitem');
    expect((await items.allInnerTexts()).map((text) => text.replaceAll('\n', ' '))).toEqual([
      `✗ violated Tasks go in turn ${hostile}. quorum queues · consuming/round-robin received 1`,
      '! could not run The broker does queues/late. queues/late premise: it was to be there',
    ]);
    await items.first().getByRole('link').click();
    await page.getByRole('heading', { name: 'What was seen with quorum queues' }).waitFor();
  });

  test('shows every claim as a mark by area, which leads to it', async () => {
    const page = await opened.open();
    const grid = page.getByRole('region', { name: 'Every claim' });
    expect(await grid.getByRole('group', { name: 'consuming' }).locator('.marks').innerText()).toMatch(
      /^✗\s*✓$/,
    );
    expect(await grid.locator('.marks a').count()).toBe(8);
    await grid.getByRole('link', { name: 'queues/lazy: deviates' }).click();
    await page.getByRole('heading', { level: 1, name: 'The broker does queues/lazy.' }).waitFor();
  });

  test('says how many are proven, when, and the command that proves the rest, which a button copies', async () => {
    const page = await opened.open();
    const proofs = page.getByRole('region', { name: 'Seen to fail' });
    await proofs.getByText('1 of 8 claims are proven, last on 2026-11-20.').waitFor();
    await proofs.getByRole('button', { name: /^Copy/ }).click();
    await proofs.getByRole('button', { name: /^Copied/ }).waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(
      'BROKER=container BROKER_IMAGE=rabbitmq-4.3.6 pnpm prove',
    );
    await proofs.getByText('1 claim was proven, and not as things are now').click();
    await proofs.getByText('It was proven on 2026-11-19; changed since: its spec file.').waitFor();
  });

  test('says what was not tried, and what is known to be otherwise, by reasons, and what is excluded', async () => {
    const page = await opened.open();
    const items = page.getByRole('region', { name: 'What was not tried' }).getByRole('listitem');
    expect((await items.allInnerTexts()).map((text) => text.replaceAll('\n', ' '))).toEqual([
      '≠ deviates They are gone. (rabbitmq.com/docs/lazy-queues) queues/lazy',
      '– not applicable It applies to rabbitmq <4. queues/exclusive',
      '? not testable restart: no command queues/restart',
    ]);
    await page.getByText('1 documented behaviours are excluded').click();
    await page.getByText('Nobody promises it.').waitFor();
  });

  test('explains every verdict', async () => {
    const page = await opened.open();
    const glossary = page.getByRole('region', { name: 'What the verdicts mean' });
    expect(await glossary.getByRole('term').locator('.mark').allInnerTexts()).toEqual([
      '✓ proven',
      '✓ holds',
      '✗ violated',
      '≠ deviates',
      '– not applicable',
      '? not testable',
      '! could not run',
      '· no result',
    ]);
  });

  test('says so where an address asks for what is not here', async () => {
    const page = await opened.open('#queues/gone');
    await page.getByRole('alert').getByText('This page has no claim queues/gone.').waitFor();
  });
});

describe.skipIf(hasNoBrowser)('the first screen of several brokers', () => {
  const rabbit = column('rabbitmq-4.3.6', 'RabbitMQ 4.3.6');
  const garage = column('garagemq-0.1', 'GarageMQ 0.1', { failure: `It died ${hostile}` });
  const opened = openedPage(
    matrixOf([rabbit, garage], {
      'consuming/round-robin': { on: { [rabbit.id]: 'proven', [garage.id]: 'violated' } },
      'consuming/requeue': { on: { [rabbit.id]: 'proven' } },
    }),
  );

  test('counts verdicts for each, and a number leads to these claims', async () => {
    const page = await opened.open();
    const brokers = page.getByRole('table', { name: 'Brokers' });
    const headers = await brokers.getByRole('columnheader').allInnerTexts();
    const counts = await brokers.getByRole('row', { name: 'GarageMQ' }).getByRole('cell').allInnerTexts();
    expect(headers.slice(1).map((name, index) => `${name} ${counts[index]}`)).toEqual([
      '✓ proven 0',
      '✗ violated 1',
      '· no result 1',
    ]);
    await page.getByText(`It could not be tried to the end: It died ${hostile}`).waitFor();
    await brokers
      .getByRole('row', { name: 'GarageMQ' })
      .getByRole('link', { name: '1', exact: true })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: 'Claims' }).waitFor();
    expect(opened.fragment()).toBe('#claims?verdict=violated&brokers=garagemq-0.1');
    expect(await opened.shownClaims()).toEqual(['consuming/round-robin']);
  });

  test('has a line of marks for each', async () => {
    const page = await opened.open();
    const area = page.getByRole('group', { name: 'consuming' });
    expect((await area.locator('.marks').allInnerTexts()).map((text) => text.replaceAll('\n', ' '))).toEqual([
      'RabbitMQ 4.3.6 ✓ ✓',
      'GarageMQ 0.1 ✗ ·',
    ]);
  });
});
