import { describe, expect, test } from 'vitest';
import { faintTexts } from '../faint-texts.test-support.ts';
import { one } from '../made-up.test-support.ts';
import { hasNoBrowser } from '../chromium.test-support.ts';
import { openedPage } from '../opened-page.test-support.ts';

const views = [
  '',
  '#claims',
  '#documentation?search=queue',
  '#rules?area=queues',
  '#consuming/round-robin',
  '#consuming/requeue',
];

describe.skipIf(hasNoBrowser)('the page, for everybody', () => {
  const opened = openedPage(one);

  test.each(['light', 'dark'] as const)('has readable contrast in %s', async (colorScheme) => {
    const page = await opened.open('', { colorScheme });
    for (const fragment of views) {
      await page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
      await page.locator('h1').waitFor();
      if (fragment.startsWith('#consuming')) await page.locator('.picture svg').waitFor();
      expect(await page.evaluate<unknown>(faintTexts)).toEqual([]);
    }
  });

  test('fits a phone', async () => {
    const page = await opened.open('', { viewport: { width: 390, height: 844 } });
    const widths: Record<string, number> = {};
    for (const fragment of views) {
      await page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
      await page.locator('h1').waitFor();
      if (fragment.startsWith('#consuming')) await page.locator('.picture svg').waitFor();
      widths[fragment] = await page.evaluate<number>('document.documentElement.scrollWidth');
    }
    expect(widths).toEqual(Object.fromEntries(views.map((fragment) => [fragment, 390])));
    // A timeline scrolls in its own frame
    const frame = await page.locator('.picture').boundingBox();
    expect((frame?.x ?? 0) + (frame?.width ?? 0)).toBeLessThanOrEqual(390);
    expect(await page.locator('.picture').evaluate((box) => box.scrollWidth > box.clientWidth)).toBe(true);
  });

  test('lets the keyboard into the grid within five stops, and arrows move there', async () => {
    const page = await opened.open();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    const label = async () =>
      await page.evaluate<string>("document.activeElement.getAttribute('aria-label')");
    expect(await label()).toBe('consuming/round-robin: violated');
    await page.keyboard.press('ArrowRight');
    expect(await label()).toBe('consuming/requeue: proven');
    await page.keyboard.press('ArrowDown');
    expect(await label()).toMatch(/^queues\//);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'What was seen with quorum queues' }).waitFor();
    expect(await opened.focused()).toContain('asks go in turn');
  });

  test('names everything for a screen reader, timelines in words', async () => {
    const page = await opened.open('#consuming/requeue');
    await page.locator('.picture svg').waitFor();
    const unnamed = await page
      .locator('a, button, select, input, [role="region"], nav')
      .evaluateAll((all) =>
        all
          .filter((each) => each.textContent?.trim() === '' && (each.getAttribute('aria-label') ?? '') === '')
          .map((each) => each.outerHTML),
      );
    expect(unnamed).toEqual([]);
    const image = page.locator('.picture svg');
    expect(await image.locator('desc').textContent()).toMatch(/producer 1/);
  });

  test('prints a claim whole', async () => {
    const page = await opened.open('#consuming/requeue', { viewport: { width: 794, height: 1123 } });
    await page.locator('.picture svg').waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation', { name: 'Views' }).isVisible()).toBe(false);
    const cut = await page
      .locator('.picture, pre')
      .evaluateAll((all) => all.filter((each) => each.scrollHeight > each.clientHeight + 1).length);
    expect(cut).toBe(0);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(794);
  });

  test('prints the whole list', async () => {
    const page = await opened.open('#claims');
    await page.getByRole('button', { name: 'Fold all', exact: true }).click();
    expect(await opened.shownClaims()).toEqual([]);
    expect((await page.pdf()).byteLength).toBeGreaterThan(10_000);
    expect(await opened.shownClaims()).toHaveLength(8);
  });
});
