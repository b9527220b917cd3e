import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumFile, startChromium } from '../report/chromium.test-support.ts';
import { column, type FabricatedMatrix, matrixOf } from './fabricated-matrix.test-support.ts';
import { faintTexts } from '../report/faint-texts.test-support.ts';
import type { Verdict } from '../verdict/verdict.ts';
import { writeMatrixPage } from './page.ts';

const chromium = chromiumFile();
const hostile = '</script><img src="https://example.org/x" onerror="document.title=1"> & "said" <!--';

const rabbit = column('rabbitmq-4.3.6', 'RabbitMQ 4.3.6');
const old = column('rabbitmq-3.10.8', 'RabbitMQ 3.10.8');
const garage = column('garagemq-1.0', 'GarageMQ 1.0', { failure: `It died ${hostile}`, report: undefined });
function typed(verdict: Verdict, classic: Verdict, quorum: Verdict) {
  const outcome = (each: Verdict) => ({ verdict: each, duration: 1, errors: [] });
  return { ...outcome(verdict), outcomes: { classic: outcome(classic), quorum: outcome(quorum) } };
}
const { matrix, evidence } = matrixOf([rabbit, old, garage], {
  'consuming/round-robin': {
    says: `In turn ${hostile}.`,
    tags: ['tutorial two'],
    on: {
      [rabbit.id]: 'proven',
      [old.id]: 'holds',
      [garage.id]: {
        verdict: 'violated',
        reason: 'received 1',
        errors: [`consuming/round-robin is violated ${hostile}`],
      },
    },
  },
  'consuming/requeue': { topic: 'Requeueing', on: { [rabbit.id]: 'proven', [old.id]: 'holds' } },
  'queues/quorum': {
    on: {
      [rabbit.id]: 'proven',
      [old.id]: { verdict: 'not applicable', reason: 'applies to rabbitmq >=4' },
      [garage.id]: { verdict: 'not testable', reason: 'needs management' },
    },
  },
  'queues/lazy': {
    on: {
      [rabbit.id]: { verdict: 'deviates', reason: 'Declared: they are gone.' },
      [old.id]: 'proven',
      [garage.id]: 'proven',
    },
  },
});

const types = matrixOf([rabbit, old], {
  'queues/order': {
    queueTypes: [
      { queueType: 'classic' },
      { queueType: 'quorum' },
      {
        queueType: 'stream',
        appliesTo: {},
        because: 'Nothing is taken from a stream.',
        documented: { title: 'Streams', url: 'https://www.rabbitmq.com/docs/streams' },
      },
    ],
    regressions: [
      {
        report: 'https://github.com/rabbitmq/rabbitmq-server/issues/10499',
        affected: { rabbitmq: '>=3.10.0 <4.0.0' },
        happened: 'what was requeued came last',
        seen: { on: 'rabbitmq 3.10.8' },
      },
    ],
    on: {
      [rabbit.id]: typed('proven', 'proven', 'proven'),
      [old.id]: typed('deviates', 'holds', 'deviates'),
    },
  },
});

// A developer's machine may have no browser; where everything must be tested, its absence is a failure
describe.skipIf(chromium === undefined && process.env['CI'] === undefined)('the page of a comparison', () => {
  const folder = mkdtempSync(join(tmpdir(), 'brokerproof-matrix-'));
  const requests: string[] = [];
  const complaints: string[] = [];
  let file: string;
  let browser: Browser;
  let page: Page;

  const open = async (fragment = '', options: Parameters<Browser['newPage']>[0] = {}, of = file) => {
    page = await browser.newPage(options);
    page.setDefaultTimeout(30_000);
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`file://${of}${fragment}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  };
  const table = (): Locator => page.getByRole('table', { name: 'Claims' });
  const row = (id: string): Locator => page.locator(`[id="row ${id}"]`);
  const shownClaims = async (): Promise<unknown> =>
    await page.evaluate("[...document.querySelectorAll('tr.claim')].map(({ id }) => id.slice(4))");
  const kind = (name: string): Locator => page.locator('.kinds').getByText(name);
  const fragment = async (): Promise<unknown> => await page.evaluate('location.hash');
  const focused = async (): Promise<unknown> =>
    await page.evaluate("document.activeElement.textContent.trim().replace(/^\\W+/, '')");
  const dialog = (): Locator => page.getByRole('dialog');

  beforeAll(async () => {
    [file, browser] = await Promise.all([
      writeMatrixPage(folder, matrix, evidence),
      startChromium(chromium ?? 'chromium'),
    ]);
  });
  afterEach(async () => {
    await page.close();
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('has a table whose verdicts are found by claim and broker', async () => {
    await open();
    expect(await table().getByRole('columnheader').allInnerTexts()).toEqual([
      'Claim',
      'RabbitMQ 4.3.6',
      'RabbitMQ 3.10.8',
      `GarageMQ 1.0\nIt died ${hostile}`,
    ]);
    const claim = table().getByRole('row', { name: 'In turn' });
    expect(await claim.getByRole('cell').allInnerTexts()).toEqual(['✓ proven', '✓ holds', '✗ violated']);
    expect(await table().getByRole('row', { name: 'requeue' }).getByRole('cell').last().innerText()).toBe(
      '· no result',
    );
    const source = claim.getByRole('link', { name: 'RabbitMQ documentation: consuming' });
    expect(await source.getAttribute('href')).toBe('https://www.rabbitmq.com/docs/consuming');
  });

  test('counts verdicts for each broker and for each area of each broker', async () => {
    await open();
    const brokers = page.getByRole('table', { name: 'Brokers' });
    const headers = await brokers.getByRole('columnheader').allInnerTexts();
    const counts = await brokers.getByRole('row', { name: 'GarageMQ' }).getByRole('cell').allInnerTexts();
    expect(headers.slice(1, -1).map((name, index) => `${name} ${counts[index]}`)).toEqual([
      '✓ proven 1',
      '✓ holds 0',
      '✗ violated 1',
      '≠ deviates 0',
      '– not applicable 0',
      '? not testable 1',
      '· no result 1',
    ]);
    const area = table().getByRole('row', { name: 'queues 2 claims' });
    expect(await area.locator('td .numbers').allInnerTexts()).toEqual(['✓1\n≠1', '✓1\n–1', '✓1\n?1']);
  });

  test('searches by id and by text, and says how many claims are left', async () => {
    await open();
    const search = page.getByRole('searchbox', { name: 'Search by id or text' });
    await search.fill('CONSUMING turn');
    expect(await shownClaims()).toEqual(['consuming/round-robin']);
    expect(await page.getByRole('status').innerText()).toBe('1 of 4 claims');
    await search.fill('queues/la');
    expect(await shownClaims()).toEqual(['queues/lazy']);
    await search.fill('nothing says this');
    expect(await shownClaims()).toEqual([]);
    await page.getByRole('button', { name: 'Show all claims' }).click();
    expect(await page.getByRole('status').innerText()).toBe('4 of 4 claims');
  });

  test('filters by verdicts of the brokers that are shown', async () => {
    await open();
    await kind('Differs').click();
    expect(await shownClaims()).toEqual(['consuming/round-robin', 'queues/quorum', 'queues/lazy']);
    await kind('Violated').click();
    expect(await shownClaims()).toEqual(['consuming/round-robin']);
    await kind('Not testable').click();
    expect(await shownClaims()).toEqual(['queues/quorum']);
    await page.getByRole('checkbox', { name: 'GarageMQ 1.0' }).uncheck();
    expect(await shownClaims()).toEqual([]);
    await kind('Differs').click();
    // Proven and holds are no difference
    expect(await shownClaims()).toEqual(['queues/quorum', 'queues/lazy']);
    expect(await table().getByRole('columnheader').allInnerTexts()).toEqual([
      'Claim',
      'RabbitMQ 4.3.6',
      'RabbitMQ 3.10.8',
    ]);
    await expect.poll(fragment).toBe('#?kind=differs&brokers=rabbitmq-4.3.6+rabbitmq-3.10.8');
    await page.reload();
    await page.getByRole('status').getByText('2 of 4 claims').waitFor();
  });

  test('folds areas', async () => {
    await open();
    const area = page.getByRole('button', { name: 'consuming 2 claims' });
    expect(await area.getAttribute('aria-expanded')).toBe('true');
    await area.click();
    expect(await area.getAttribute('aria-expanded')).toBe('false');
    expect(await shownClaims()).toEqual(['queues/quorum', 'queues/lazy']);
    await page.getByRole('button', { name: 'Fold all', exact: true }).click();
    expect(await shownClaims()).toEqual([]);
    await page.getByRole('button', { name: 'Unfold all' }).click();
    expect(await shownClaims()).toHaveLength(4);
  });

  test('a verdict opens what was seen, and closing brings the focus back to it', async () => {
    await open();
    await row('consuming/round-robin').getByRole('link', { name: 'violated' }).click();
    for (const shown of [`In turn ${hostile}.`, 'received 1', `is violated ${hostile}`, 'What was seen'])
      await dialog().getByText(shown).first().waitFor();

    await dialog().locator('.picture svg').getByText('basic.publish ×3').waitFor();
    const text = dialog().getByText('The same as text: 12 events');
    await text.click();
    expect(await dialog().locator('details[open] pre').innerText()).toMatch(
      /producer 1 +2\/1 +→ +basic.publish/,
    );
    expect(await dialog().getByRole('link', { name: 'Report of' }).count()).toBe(0);
    await dialog().getByRole('link', { name: 'RabbitMQ 4.3.6 proven' }).click();
    await dialog().locator('.picture svg').getByText('basic.publish ×6').waitFor();
    expect(await dialog().getByRole('link', { name: 'Report of' }).getAttribute('href')).toBe(
      'rabbitmq-4.3.6/index.html',
    );
    await dialog().getByRole('button', { name: 'Close' }).click();
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('proven');
  });

  test('says where nothing was recorded', async () => {
    await open('#cell/garagemq-1.0/queues/quorum');
    await dialog().getByText('Nothing was recorded: the spec did not start on this broker.').waitFor();
    await dialog().getByText('needs management').waitFor();
  });

  test('an address opens a claim or a verdict, also where a filter hides it, and survives reload and back', async () => {
    await open('#claim/queues/lazy?kind=violated');
    await expect.poll(focused).toBe('queues/lazy');
    expect(await row('queues/lazy').getAttribute('class')).toContain('target');
    await row('queues/lazy').getByRole('link', { name: 'deviates' }).click();
    await dialog().getByText('Declared: they are gone.').waitFor();
    expect(await page.title()).toBe('queues/lazy on RabbitMQ 4.3.6');
    await page.reload();
    await dialog().getByText('Declared: they are gone.').waitFor();
    await page.goBack();
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(fragment).toBe('#claim/queues/lazy');
    await page.goForward();
    await dialog().getByText('Declared: they are gone.').waitFor();
    await page.evaluate("location.hash = '#claim/queues/gone'");
    await page.getByRole('alert').getByText('This page has no claim queues/gone.').waitFor();
  });

  test('compares two brokers: what differs with both timelines, then what could not be compared and why', async () => {
    await open();
    await page.getByLabel('Compare').selectOption('RabbitMQ 4.3.6');
    await page.getByLabel('with').selectOption('GarageMQ 1.0');
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'RabbitMQ 4.3.6 and GarageMQ 1.0 compared' }).waitFor();
    expect(await fragment()).toBe('#compare/rabbitmq-4.3.6/garagemq-1.0');
    expect(await page.locator('.figures div').allInnerTexts()).toEqual([
      'claims differ\n2',
      'alike\n0',
      'could not be compared\n2',
    ]);
    expect(await page.getByRole('heading', { level: 3 }).allInnerTexts()).toEqual([
      'consuming 1',
      'queues 1',
    ]);
    const difference = page.getByRole('article', { name: 'consuming/round-robin' });
    await difference.getByText('Timelines side by side').click();
    await difference.locator('.picture svg').nth(1).waitFor();
    const boxes = await Promise.all(
      [0, 1].map((side) => difference.locator('.picture').nth(side).boundingBox()),
    );
    expect(boxes[0]?.y).toBe(boxes[1]?.y);
    const reasons = await page
      .getByRole('region', { name: 'Could not be compared' })
      .locator('.incomparable > p')
      .allInnerTexts();
    expect(reasons).toEqual([
      `GarageMQ 1.0 · no result It died ${hostile}`,
      'GarageMQ 1.0 ? not testable needs management',
    ]);
    await page.reload();
    await page.getByLabel('with').selectOption('RabbitMQ 3.10.8');
    await page.getByText('applies to rabbitmq >=4').waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'RabbitMQ 4.3.6 and GarageMQ 1.0 compared' }).waitFor();
    await page.getByRole('link', { name: 'All brokers' }).click();
    await table().waitFor();
  });

  test('is used by keyboard', async () => {
    await open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('Claims');
    await page.keyboard.press('Tab');
    await page.keyboard.type('round');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('status').getByText('1 of 4 claims').waitFor();
    await page.getByRole('button', { name: 'consuming' }).focus();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('consuming/round-robin');
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight');
    expect(await focused()).toBe('violated');
    await page.keyboard.press('Enter');
    await dialog().locator('.picture svg').waitFor();
    expect(await focused()).toContain('GarageMQ 1.0');
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(focused).toBe('violated');
  });

  test('tells queue types apart where they differ, and why a claim is not about one, and which bugs refute it', async () => {
    const other = await writeMatrixPage(join(folder, 'types'), types.matrix, types.evidence);
    await open('', {}, other);
    const cells = row('queues/order').getByRole('cell');
    expect(await cells.allInnerTexts()).toEqual([
      expect.stringMatching(/^✓\s*proven$/),
      expect.stringMatching(/^≠\s*deviates\s*✓ classic\s*holds\s*≠ quorum\s*deviates$/),
    ]);

    await open(`#cell/${old.id}/queues/order`, {}, other);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'With quorum queues' }).waitFor();
    expect(await dialog.getByRole('region', { name: /^Timeline of/ }).count()).toBe(2);
    expect(await dialog.getByRole('listitem').allInnerTexts()).toEqual([
      'Not about stream queues: Nothing is taken from a stream. Streams',
      'Broken in RabbitMQ 3.10.0 to before 4.0.0: what was requeued came last; seen to fail on RabbitMQ 3.10.8.',
    ]);
  });

  test('explains every verdict', async () => {
    await open();
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

  test.each(['light', 'dark'] as const)('has readable contrast in %s', async (colorScheme) => {
    await open('#?kind=differs', { colorScheme });
    expect(await page.evaluate<unknown>(faintTexts)).toEqual([]);
    await row('consuming/round-robin').getByRole('link', { name: 'violated' }).click();
    await dialog().locator('.picture svg').waitFor();
    expect(await page.evaluate<unknown>(faintTexts)).toEqual([]);
    await page.evaluate("location.hash = '#compare/rabbitmq-4.3.6/garagemq-1.0'");
    await page.getByRole('heading', { name: 'Could not be compared' }).waitFor();
    expect(await page.evaluate<unknown>(faintTexts)).toEqual([]);
  });

  test('fits a phone', async () => {
    await open('', { viewport: { width: 390, height: 844 } });
    const width = async (): Promise<unknown> => await page.evaluate('document.documentElement.scrollWidth');
    expect(await width()).toBe(390);
    expect(await table().getByRole('row', { name: 'In turn' }).getByRole('cell').count()).toBe(3);
    await row('consuming/round-robin').getByRole('link', { name: 'violated' }).click();
    await dialog().locator('.picture svg').waitFor();
    const box = await dialog().locator('.picture').boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
    await page.evaluate("location.hash = '#compare/rabbitmq-4.3.6/garagemq-1.0'");
    await page.getByRole('heading', { name: 'Could not be compared' }).waitFor();
    expect(await width()).toBe(390);
  });

  test('holds five hundred claims on six brokers', async () => {
    const large = largeMatrix();
    const made = await writeMatrixPage(join(folder, 'large'), large.matrix, large.evidence);
    expect(statSync(made).size).toBeLessThan(5_000_000);
    await open('#cell/broker-3/area-7/claim-257', {}, made);
    await dialog().locator('.picture svg').waitFor();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await expect.poll(focused).toBe('proven');
    await expect.poll(async () => (await row('area-7/claim-257').boundingBox())?.y).toBeLessThan(720);
    await page.getByRole('button', { name: 'Unfold all' }).click();
    expect(await shownClaims()).toHaveLength(500);
  });

  test('requested nothing, and complained of nothing, in all of this', () => {
    expect(requests.length).toBeGreaterThan(0);
    expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(complaints).toEqual([]);
    expect(readFileSync(file, 'utf8')).not.toContain('</script><img');
  });
});

function largeMatrix(): FabricatedMatrix {
  const columns = [1, 2, 3, 4, 5, 6].map((number) => column(`broker-${number}`, `Broker ${number}`));
  const on = Object.fromEntries(columns.map(({ id }) => [id, 'proven' as const]));
  const ids = Array.from({ length: 500 }, (_, index) => `area-${index % 25}/claim-${index}`);
  return matrixOf(columns, Object.fromEntries(ids.map((id) => [id, { on }])));
}
