import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';

import { allureAddress, allureFile } from './allure-address.ts';
import { hasNoBrowser, sharedChromium } from '../page/chromium.test-support.ts';
import { FabricatedRun } from './fabricated-run.test-support.ts';

const specs = {
  'consuming/dispatch.spec.ts': `
fabricate('consuming/round-robin', { verdict: 'proven' });
fabricate('consuming/restart', { verdict: 'not testable', reason: 'restart: no command', skip: true });`,
  'prefetch/dispatch.spec.ts': `
fabricate('prefetch/one', { verdict: 'violated', queueType: 'quorum', reason: 'expected one', errors: [new Error('expected one, seen\\u0000 three')] });`,
};
const openings = 2;
const says = 'The broker does prefetch/one <as> & "said".';

describe.skipIf(hasNoBrowser)('the Allure report', () => {
  const run = new FabricatedRun(specs);
  const start = pathToFileURL(run.report(allureFile)).href;
  const violated = start + allureAddress('prefetch/one', 'quorum').slice(allureFile.length);
  const requests: string[] = [];
  const complaints: string[] = [];
  let browser: Browser;

  beforeAll(async () => {
    [, browser] = await Promise.all([run.start(), sharedChromium()]);
  });
  afterAll(async () => {
    run.remove();
  });

  /** Cold, as somebody opens it who follows a link. */
  async function opened(address: string, screen: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ colorScheme: 'dark', ...screen });
    onTestFinished(async () => {
      await context.close();
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(address);
    return page;
  }

  test('shows areas, topics and claims, and of a claim its sentence, links, verdict and timeline', async () => {
    const page = await opened(start);
    for (const name of ['prefetch', 'Dispatch', says]) await page.getByText(name).first().waitFor();
    expect(await page.title()).toContain('RabbitMQ 4.0.5, local');

    await page.getByText(says).first().click();
    for (const shown of ['prefetch/one (quorum)', 'Category: violated', 'expected one, seen'])
      await page.getByText(shown).first().waitFor();
    expect(page.url()).toBe(violated);
    const again = 'BROKER=local pnpm test prefetch/one --queue-type quorum';
    await page.frameLocator('iframe').getByText(again).waitFor();
    const link = page.getByRole('link', { name: 'RabbitMQ: Consumers' });
    expect(await link.getAttribute('href')).toBe('https://www.rabbitmq.com/docs/consumers');

    await page.getByText('Timeline', { exact: true }).click();
    await page.getByRole('img', { name: 'Timeline', exact: true }).waitFor();
  });

  test('filters by verdict, and offers nothing that no run has', async () => {
    const page = await opened(start);
    await page.getByRole('button', { name: 'Categories' }).last().click();
    await page.getByRole('button', { name: 'not testable' }).click();
    await page.getByText(says).first().waitFor({ state: 'hidden' });
    for (const group of ['consuming', 'Dispatch']) await page.getByText(group, { exact: true }).click();
    await page.getByText('The broker does consuming/restart').waitFor();
    expect(await page.getByText('The broker does').count()).toBe(1);

    const offered = page.getByText(/^(?:Retry|Flaky|Severity|Transition|Quality Gates|Global Errors)/);
    expect(await offered.filter({ visible: true }).allTextContents()).toEqual([]);
    await page.goto(violated);
    await page.getByText('Category: violated').waitFor();
    const told = page.getByText(/^(?:History|Retries|Environments|Normal)/);
    expect(await told.filter({ visible: true }).allTextContents()).toEqual([]);
  });

  test('is as wide as a phone, where a timeline has its natural size and scrolls', async () => {
    const page = await opened(violated, { viewport: { width: 390, height: 844 }, isMobile: true });
    await page.getByText('Timeline', { exact: true }).click();
    await page.getByRole('img', { name: 'Timeline', exact: true }).waitFor();

    const sizes = await page.evaluate(`[
      document.images[0].naturalWidth,
      document.images[0].clientWidth,
      document.images[0].parentElement.clientWidth,
      document.documentElement.scrollWidth,
    ]`);
    const [natural, shown, frame, whole] = z.tuple([z.int(), z.int(), z.int(), z.int()]).parse(sizes);
    expect({ shown, whole }).toEqual({ shown: natural, whole: 390 });
    expect(natural).toBeGreaterThanOrEqual(560);
    expect(frame).toBeLessThan(390);
  });

  test(
    'shows the claim of an address whenever it is opened, on a busy machine too',
    { timeout: 180_000 },
    async () => {
      const busy = cpus().map(() => spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' }));
      onTestFinished(() => {
        for (const each of busy) each.kill('SIGKILL');
      });
      for (let opening = 1; opening <= openings; opening += 1) {
        const page = await opened(violated);
        await page.getByText('Category: violated').waitFor();
        await page.context().close();
      }
    },
  );

  test('requests nothing, and complains of nothing', () => {
    expect(requests.filter((url) => !/^(?:file|data|blob|about):/.test(url))).toEqual([]);
    expect(new Set(requests.filter((url) => url.startsWith('file:')))).toEqual(new Set([start]));
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
    const page = await opened('about:blank');
    const faults = await page.evaluate<unknown>(
      `${JSON.stringify([run.read('junit.xml'), ...pictures])}
        .map((text) => new DOMParser().parseFromString(text, 'application/xml').querySelector('parsererror'))
        .filter((fault) => fault !== null)
        .map((fault) => fault.textContent)`,
    );
    expect(faults).toEqual([]);
  });
});
