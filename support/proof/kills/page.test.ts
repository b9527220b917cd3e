import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumFile, startChromium } from '../../report/chromium.test-support.ts';
import { faintTexts } from '../../report/faint-texts.test-support.ts';
import { trialsOfClaim } from './fabricated-trials.test-support.ts';
import type { EndedTrial } from './kill-matrix.ts';
import { writeKills } from './page.ts';

const chromium = chromiumFile();
const broker = { title: 'RabbitMQ 4.0.5, local' };
const hostile = '</script><img src="https://example.org/x" onerror="document.title=1"> & "said"';

const ended: EndedTrial[] = [
  ...trialsOfClaim('consuming/round-robin', {
    crossed: { 'bodies-lost': 'explained' },
    says: `In turn ${hostile}.`,
    refutedBy: { 'deliveries-swapped': 'killed', 'prefetch-ignored': 'killed' },
    message: `first was to receive 10 messages ${hostile}`,
  }),
  ...trialsOfClaim('consuming/unproven', {
    refutedBy: {
      'acks-lost': 'survived',
      'nacks-lost': 'never fired',
      'set-up-broken': 'void',
      late: undefined,
    },
    crossed: { 'deliveries-swapped': 'coupled', 'confirms-lost': 'indifferent' },
  }),
  ...trialsOfClaim('consuming/without-mutant', { controls: { 'black-hole': 'vacuous' } }),
  ...trialsOfClaim('durability/kill', { irrefutable: 'A SIGKILL is seen from outside.' }),
  ...trialsOfClaim('publisher-confirms/ok', { refutedBy: { 'confirms-lost': 'killed' } }),
];

// A developer's machine may have no browser; where everything must be tested, its absence is a failure
describe.skipIf(chromium === undefined && process.env['CI'] === undefined)(
  'the page of the kill matrix',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'brokerproof-kills-'));
    const file = join(folder, 'kills.html');
    const requests: string[] = [];
    const complaints: string[] = [];
    let browser: Browser;
    let page: Page;

    const open = async (
      options: Parameters<Browser['newPage']>[0] = {},
      hash = '',
      of = file,
    ): Promise<Page> => {
      page = await browser.newPage(options);
      page.setDefaultTimeout(30_000);
      page.on('request', (request) => requests.push(request.url()));
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => complaints.push(message.text()));
      await page.goto(`file://${of}${hash}`);
      return page;
    };
    const claim = (id: string) => page.locator(`article[data-claim="${id}"]`);
    const shownClaims = async () =>
      await page.evaluate<unknown>(
        "[...document.querySelectorAll('article:not([hidden])')].map(({ id }) => id)",
      );

    beforeAll(async () => {
      writeKills(file, broker, ended);
      browser = await startChromium(chromium ?? 'chromium');
    });
    afterEach(async () => {
      await page.close();
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test('says of a claim its sentence, its mutants, their results and, unfolded, what the spec said', async () => {
      await open();
      const shown = claim('consuming/round-robin');
      await shown.getByText(`In turn ${hostile}.`).waitFor();
      const killed = shown.getByText('A broker that does deliveries swapped.');
      const said = shown.getByText(`first was to receive 10 messages ${hostile}`).first();
      expect(await said.isVisible()).toBe(false);
      await killed.click();
      await said.waitFor();
      expect(await shown.locator('li .mark').allInnerTexts()).toEqual(['✓ killed', '✓ killed']);
      expect(await claim('consuming/unproven').locator('li .mark').allInnerTexts()).toEqual([
        '✗ survived',
        '○ never fired',
        '! void',
        '… not run',
      ]);
      expect(await claim('consuming/without-mutant').innerText()).toContain('It declares no mutant');
      expect(await claim('consuming/without-mutant').locator('li').innerText()).toContain('✗ vacuous');
      expect(await claim('durability/kill').innerText()).toContain('A SIGKILL is seen from outside.');
      expect(await page.title()).toBe('Kill matrix: RabbitMQ 4.0.5, local');
    });

    test('counts claims, trials and controls, and lists coupling and what is irrefutable', async () => {
      await open();
      const counts = await page.locator('.tile').allInnerTexts();
      const spoken = counts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
      expect(spoken).toEqual([
        '✓ proven 2',
        '? holds, unproven 2',
        '∅ irrefutable 1',
        '– not tried 0',
        '✗ broken 0',
        '✓ killed 3',
        '✗ survived 1',
        '○ never fired 1',
        '! void 1',
        '∅ not applicable 0',
        '– not tried 0',
        '… not run 1',
        '⇄ coupled 1',
        '≈ explained 1',
        '✓ held 10',
        '✗ broken 0',
        '✓ red 9',
        '✗ vacuous 1',
      ]);
      const coupling = page.getByRole('region', { name: 'Coupling' });
      expect(await coupling.getByRole('listitem').allInnerTexts()).toEqual([
        'consuming/unproven is killed by a broker that does deliveries swapped. deliveries-swapped',
      ]);
      await coupling.getByText('Specs stand on bodies-lost. 1 claim').click();
      expect(await coupling.locator('details').innerText()).toContain('Killed by bodies-lost');
      const irrefutable = await page.getByRole('region', { name: 'Irrefutable' }).innerText();
      expect(irrefutable).toContain('durability/kill: A SIGKILL is seen from outside.');
    });

    test('has a table for each area, whose cells are found by their headers', async () => {
      await open();
      const table = page.getByRole('table', { name: /^consuming:/ });
      expect(await table.getByRole('columnheader').allTextContents()).toEqual([
        'Claim',
        'deliveries-swapped',
        'prefetch-ignored',
        'acks-lost',
        'nacks-lost',
        'set-up-broken',
        'late',
      ]);
      const row = table.getByRole('row', { name: 'consuming/unproven' });
      expect(await row.getByRole('cell').allTextContents()).toEqual([
        '⇄coupled',
        '',
        '✗survived',
        '○never fired',
        '!void',
        '…not run',
      ]);
    });

    test('searches by id and text, and filters what is not proven, in claims and tables', async () => {
      await open();
      const search = page.getByLabel('Search by id or text');
      await search.fill('CONFIRMS lost');
      expect(await shownClaims()).toEqual(['publisher-confirms/ok']);
      expect(await page.locator('tbody tr[data-row]:visible').count()).toBe(1);
      expect(await page.getByRole('status').innerText()).toBe('1 of 5 claims');
      await search.fill('');
      await page.getByLabel('Only what is not proven').check();
      expect(await shownClaims()).toEqual([
        'consuming/unproven',
        'consuming/without-mutant',
        'durability/kill',
      ]);
      await search.fill('nothing says this');
      expect(await page.locator('.area:visible, .matrix:visible').count()).toBe(0);
    });

    test('an address with a claim opens it, also where a filter hides it', async () => {
      await open({}, '#consuming/round-robin');
      const shown = claim('consuming/round-robin');
      expect(await shown.locator('details[open]').count()).toBe(2);
      await expect.poll(async () => (await shown.boundingBox())?.y).toBeLessThan(200);
      await page.getByLabel('Only what is not proven').check();
      expect(await shown.isVisible()).toBe(false);
      const coupling = page.getByRole('region', { name: 'Coupling' });
      await coupling.locator('summary').click();
      await coupling.getByRole('link', { name: 'consuming/round-robin' }).click();
      await expect.poll(async () => await shown.isVisible()).toBe(true);
    });

    test('is used by keyboard', async () => {
      await open();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).toBe('all-claims');
      const summary = claim('consuming/round-robin').locator('summary').first();
      await summary.focus();
      await page.keyboard.press('Enter');
      expect(await claim('consuming/round-robin').locator('details[open]').count()).toBe(1);
    });

    test('shows everything where scripts do not run', async () => {
      await open({ javaScriptEnabled: false });
      expect(await page.locator('article:visible').count()).toBe(5);
      expect(await page.getByLabel('Search by id or text').isVisible()).toBe(false);
      await claim('consuming/round-robin').locator('summary').first().click();
      await claim('consuming/round-robin').locator('pre').first().waitFor();
    });

    test.each(['light', 'dark'] as const)('has readable contrast in %s', async (colorScheme) => {
      await open({ colorScheme });
      expect(await page.evaluate<unknown>(faintTexts)).toEqual([]);
    });

    test('fits a phone, and five hundred claims with 150 mutants of one area', async () => {
      const mutants = Array.from({ length: 150 }, (_, index) => `a-mutant-with-a-long-name-${index}`);
      const many = Array.from({ length: 500 }, (_, index) =>
        trialsOfClaim(`consuming/claim-${index}`, {
          refutedBy: {
            [mutants[index % 150] ?? '']: 'killed',
            [mutants[(index * 7 + 1) % 150] ?? '']: 'killed',
          },
          crossed: Object.fromEntries(mutants.map((mutant) => [mutant, 'indifferent'])),
        }),
      ).flat();
      const large = writeKills(join(folder, 'large.html'), broker, many);
      expect(statSync(large).size).toBeLessThan(25_000_000);
      await open({ viewport: { width: 390, height: 844 } }, '#consuming/claim-250', large);
      await expect.poll(async () => (await claim('consuming/claim-250').boundingBox())?.y).toBeLessThan(200);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      const box = page.locator('.matrix .box');
      await box.evaluate('box => box.scrollTo(3000, 9000)');
      const corner = await box.locator('.corner').boundingBox();
      const around = await box.boundingBox();
      expect(Math.abs((corner?.x ?? 0) - (around?.x ?? 0))).toBeLessThan(2);
      expect(Math.abs((corner?.y ?? 0) - (around?.y ?? 0))).toBeLessThan(2);
    });

    test('requested nothing, and complained of nothing, in all of this', () => {
      expect(requests.length).toBeGreaterThan(0);
      expect(requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
      expect(complaints).toEqual([]);
    });
  },
);
