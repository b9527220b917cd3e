import { describe, expect, test } from 'vitest';
import { one } from '../made-up.test-support.ts';
import { hasNoBrowser } from '../chromium.test-support.ts';
import { openedPage } from '../opened-page.test-support.ts';

describe.skipIf(hasNoBrowser)('the address of a claim', () => {
  const opened = openedPage(one);

  test.each([1, 2, 3, 4, 5])('opens it in a browser that knows nothing yet: time %i', async () => {
    const page = await opened.open('#consuming/requeue?queues=quorum');
    await page.locator('.picture svg').waitFor();
    expect(await page.locator('h1').innerText()).toBe('The broker does consuming/requeue.');
  });
});
