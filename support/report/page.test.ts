import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

import { chromiumFile, startChromium } from './chromium.test-support.ts';
import { FabricatedRun } from './fabricated-run.test-support.ts';

const chromium = chromiumFile();

const specs = {
  'consuming/dispatch.spec.ts': `
fabricate('consuming/round-robin', { verdict: 'proven' });
fabricate('consuming/restart', { verdict: 'not testable', reason: 'restart: no command', skip: true });`,
  'prefetch/dispatch.spec.ts': `
fabricate('prefetch/one', { verdict: 'violated', reason: 'expected one', errors: [new Error('expected one, seen\\u0000 three')] });`,
};

// A developer's machine may have no browser; where everything must be tested, its absence is a failure
describe.skipIf(chromium === undefined && process.env['CI'] === undefined)('the page of a run', () => {
  const run = new FabricatedRun(specs);
  const requests: string[] = [];
  const complaints: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [, browser] = await Promise.all([run.start(), startChromium(chromium ?? 'chromium')]);
    page = await browser.newPage({ colorScheme: 'dark' });
    page.setDefaultTimeout(10_000);
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`file://${run.report('index.html')}`);
  });
  afterAll(async () => {
    await browser.close();
    run.remove();
  });

  test('shows areas, topics and claims, and of a claim its sentence, links, verdict and timeline', async () => {
    const says = 'The broker does prefetch/one <as> & "said".';
    for (const name of ['prefetch', 'Dispatch', says]) await page.getByText(name).first().waitFor();
    expect(await page.title()).toContain('RabbitMQ 4.0.5, local');

    await page.getByText(says).first().click();
    await page.getByText('prefetch/one', { exact: true }).first().waitFor();
    for (const shown of ['Category: violated', 'expected one, seen'])
      await page.getByText(shown).first().waitFor();

    await page.frameLocator('iframe').getByText('BROKER=local pnpm test prefetch/one').waitFor();
    const link = page.getByRole('link', { name: 'RabbitMQ: Consumers' });
    expect(await link.getAttribute('href')).toBe('https://www.rabbitmq.com/docs/consumers');

    await page.getByText('Timeline', { exact: true }).click();
    const widestPicture = async (): Promise<number> =>
      z
        .number()
        .parse(
          await page.evaluate('Math.max(0, ...[...document.images].map((image) => image.naturalWidth))'),
        );
    await expect.poll(widestPicture, { timeout: 10_000 }).toBeGreaterThanOrEqual(560);

    expect(requests.filter((url) => !/^(?:file|data|blob):/.test(url))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('the other files are well-formed for a browser', async () => {
    const allure = z.object({ attachments: z.array(z.object({ source: z.string(), type: z.string() })) });
    const pictures = run
      .allureResults()
      .flatMap((result) => allure.parse(result).attachments)
      .filter(({ type }) => type === 'image/svg+xml')
      .map(({ source }) => readFileSync(join(run.report('allure-results'), source), 'utf8'));
    expect(pictures).toHaveLength(3);
    const faults = await page.evaluate<unknown>(
      `${JSON.stringify([run.read('junit.xml'), ...pictures])}
        .map((text) => new DOMParser().parseFromString(text, 'application/xml').querySelector('parsererror'))
        .filter((fault) => fault !== null)
        .map((fault) => fault.textContent)`,
    );
    expect(faults).toEqual([]);
  });
});
