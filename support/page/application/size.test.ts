import { statSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../verdict/verdict.ts';
import { column, matrixOf } from '../fabricated-matrix.test-support.ts';
import { hasNoBrowser } from '../chromium.test-support.ts';
import { openedPage } from '../opened-page.test-support.ts';

const broker = column('rabbitmq-4.3.6', 'RabbitMQ 4.3.6');
const outcome = { verdict: 'proven' as Verdict, duration: 1, errors: [] };
const on = { [broker.id]: { ...outcome, outcomes: { classic: outcome, quorum: outcome } } };
const ids = Array.from({ length: 600 }, (_, index) => `area-${index % 25}/claim-${index}`);

describe.skipIf(hasNoBrowser)('six hundred claims with two queue types', () => {
  const opened = openedPage(matrixOf([broker], Object.fromEntries(ids.map((id) => [id, { on }]))));

  test('make a page under eight megabytes, whose first screen is there at once', async () => {
    const page = await opened.open();
    const drawn = "performance.getEntriesByName('first-contentful-paint')[0].startTime";
    expect(await page.evaluate<number>(drawn)).toBeLessThan(1_500);
    expect(statSync(opened.file).size).toBeLessThan(8_000_000);
    expect(await page.locator('.grid .marks a').count()).toBe(600);
    await page.getByRole('link', { name: 'area-7/claim-257: proven' }).click();
    await page.locator('.picture svg').waitFor();
  });
});
