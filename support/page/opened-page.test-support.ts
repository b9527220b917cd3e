import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { sharedChromium } from './chromium.test-support.ts';
import type { FabricatedMatrix } from './fabricated-matrix.test-support.ts';
import type { PageData } from './page-data.ts';
import { writePage } from './write.ts';

/** A page in a real browser, for the tests of one file. */
export interface OpenedPage {
  readonly page: Page;
  /** Where it lies. */
  readonly file: string;
  /** Opens it anew, in a browser that remembers nothing. */
  open(fragment?: string, options?: BrowserContextOptions): Promise<Page>;
  fragment(): string;
  /** What has the focus, in words. */
  focused(): Promise<string>;
  /** The claims of the list, in its order. */
  shownClaims(): Promise<string[]>;
}

/**
 * Writes a page before the tests of a file, and takes it away afterwards. At last it is seen that in all of them the page
 * requested nothing and complained of nothing.
 */
export function openedPage(
  { matrix, details }: FabricatedMatrix,
  more: Partial<Omit<PageData, 'matrix'>> = {},
): OpenedPage {
  const folder = mkdtempSync(join(tmpdir(), 'brokerproof-page-'));
  const seen = { requests: [] as string[], complaints: [] as string[] };
  let browser: Browser;
  let page: Page;
  let file = '';

  beforeAll(async () => {
    [file, browser] = await Promise.all([
      writePage(folder, { matrix, excluded: [], ...more }, details),
      sharedChromium(),
    ]);
  });
  afterEach(async () => {
    await page.context().close();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    expect(seen.requests.filter((url) => !url.startsWith('file:'))).toEqual([]);
    expect(seen.complaints).toEqual([]);
  });

  return {
    get page() {
      return page;
    },
    get file() {
      return file;
    },
    async open(fragment = '', options = {}) {
      const context = await browser.newContext({
        permissions: ['clipboard-read', 'clipboard-write'],
        ...options,
      });
      page = await context.newPage();
      page.setDefaultTimeout(30_000);
      page.on('request', (request) => seen.requests.push(request.url()));
      page.on('pageerror', (error) => seen.complaints.push(error.message));
      page.on('console', (message) => seen.complaints.push(message.text()));
      await page.goto(pathToFileURL(file).href + fragment);
      await page.getByRole('heading', { level: 1 }).waitFor();
      return page;
    },
    fragment: () => new URL(page.url()).hash,
    focused: async () =>
      await page.evaluate<string>("document.activeElement.textContent.trim().replace(/^\\W+/, '')"),
    shownClaims: async () =>
      await page
        .locator('tr.claim')
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-claim') ?? '')),
  };
}
