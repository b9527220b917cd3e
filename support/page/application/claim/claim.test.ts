import { describe, expect, test } from 'vitest';
import { hostile, one } from '../../made-up.test-support.ts';
import { hasNoBrowser } from '../../chromium.test-support.ts';
import { openedPage } from '../../opened-page.test-support.ts';

describe.skipIf(hasNoBrowser)('the page of a claim', () => {
  const opened = openedPage(one);

  test('has its sentence, level, links, and the verdict of each queue type, and opens the worst', async () => {
    const page = await opened.open('#consuming/round-robin');
    expect(await page.title()).toBe('consuming/round-robin: RabbitMQ 4.3.6');
    await page.getByRole('heading', { level: 1, name: `Tasks go in turn ${hostile}.` }).waitFor();
    const link = page.getByRole('link', { name: 'RabbitMQ documentation: consumers, round robin' });
    expect(await link.getAttribute('href')).toBe('https://www.rabbitmq.com/docs/consumers#basics');
    await page.getByText('promised').waitFor();
    const verdicts = page.getByRole('navigation', { name: 'Verdicts of this claim' }).getByRole('link');
    expect(await verdicts.allInnerTexts()).toEqual([
      expect.stringMatching(/classic\s*✓ proven/),
      expect.stringMatching(/quorum\s*✗ violated/),
    ]);
    expect(await verdicts.last().getAttribute('aria-current')).toBe('true');
    await verdicts.first().click();
    await page.getByRole('heading', { name: 'What was seen with classic queues' }).waitFor();
    expect(opened.fragment()).toBe('#consuming/round-robin?broker=rabbitmq-4.3.6&queues=classic');
  });

  test('shows what the spec said, and the timeline at natural size with the text beside it', async () => {
    const page = await opened.open('#consuming/round-robin', { viewport: { width: 1600, height: 1000 } });
    await page.getByText('received 1').first().waitFor();
    expect(await page.locator('pre.error').innerText()).toBe(`odd was to receive 2 ${hostile}`);
    const picture = page.getByRole('region', { name: /^Timeline of consuming\/round-robin \(quorum\)/ });
    await picture.locator('svg').getByText('basic.publish ×3').last().waitFor();
    const natural = Number(await picture.locator('svg').getAttribute('width'));
    expect((await picture.locator('svg').boundingBox())?.width).toBe(natural);
    const text = page.locator('.texts pre').first();
    expect(await text.innerText()).toMatch(/producer 1 +2\/1 +→ +basic.publish/);
    const [left, right] = [await picture.boundingBox(), await text.boundingBox()];
    expect(right?.x ?? 0).toBeGreaterThan((left?.x ?? 0) + (left?.width ?? 0));
    await page.getByText('Queue counters').waitFor();
    expect(await page.getByRole('link', { name: 'The same in the Allure report' }).getAttribute('href')).toBe(
      'allure/index.html#consuming/round-robin (quorum)',
    );
  });

  test('says how its spec was seen to fail, and which bugs of released brokers refute it', async () => {
    const page = await opened.open('#consuming/requeue?queues=quorum');
    const section = page.getByRole('region', { name: 'How its spec was seen to fail' });
    expect(await section.getByRole('listitem').first().innerText()).toContain(
      'killed A broker that serves the same consumer twice in a row',
    );
    await section.getByText('What the spec said').click();
    await section.getByText('odd was to receive exactly 3 messages').waitFor();
    await page.getByText('Not about stream queues: Nothing is taken from a stream.').waitFor();
    await page.getByText('Broken in RabbitMQ 3.10.0 to before 4.0.0: what was requeued came last').waitFor();
  });

  test('says where nobody has seen its spec fail, and what shows it', async () => {
    const page = await opened.open('#queues/passive');
    const section = page.getByRole('region', { name: 'How its spec was seen to fail' });
    await section.getByText('Nobody has seen this spec fail as it is now, on this broker.').waitFor();
    await section
      .getByText('BROKER=container BROKER_IMAGE=rabbitmq-4.3.6 pnpm prove queues/passive')
      .waitFor();
    await page.getByText('MUST', { exact: true }).waitFor();
  });

  test('has the command that runs it again, with a button that copies it', async () => {
    const page = await opened.open('#consuming/requeue?queues=quorum');
    await page.getByRole('button', { name: /^Copy: .* pnpm test/ }).click();
    await page.getByRole('button', { name: /^Copied/ }).waitFor();
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(
      'BROKER=container BROKER_IMAGE=rabbitmq-4.3.6 pnpm test consuming/requeue --queue-type quorum',
    );
  });

  test('says where nothing was recorded', async () => {
    const page = await opened.open('#queues/restart');
    await page.getByText('Nothing was recorded: the spec did not start.').waitFor();
    await page.getByText('restart: no command').waitFor();
  });

  test('leads to the claims beside it', async () => {
    const page = await opened.open('#consuming/requeue');
    await page.getByRole('link', { name: 'Next claim' }).click();
    await page.getByRole('heading', { level: 1, name: 'The broker does queues/passive.' }).waitFor();
    await page.getByRole('link', { name: 'Previous claim' }).click();
    await page.getByRole('heading', { level: 1, name: 'The broker does consuming/requeue.' }).waitFor();
  });
});
