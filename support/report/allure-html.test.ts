import { expect, test } from 'vitest';

import { finishedHtml } from './allure-html.ts';

const application = '<script   src="data:text/javascript;base64,YQ=="></script>';

function page(head: string): string {
  return `<html><head>${head}</head><body>${application}<script defer>data</script></body></html>`;
}

test('the data come before the application', () => {
  expect(finishedHtml(page(''))).toContain(`<body><script defer>data</script>${application}`);
});

test('analytics are taken out, and a page that would load anything else from elsewhere is refused', () => {
  const analytics = `<script async src="https://www.googletagmanager.com/gtag/js?id=G"></script>
    <script>window.dataLayer = []; gtag('js');</script>`;
  expect(finishedHtml(page(analytics))).not.toContain('gtag');

  const font = '<link rel="stylesheet" href="https://fonts.googleapis.com/css">';
  expect(() => finishedHtml(page(font))).toThrow('would load something from elsewhere: <link');
});

test('a page of another form is refused', () => {
  expect(() => finishedHtml('<html></html>')).toThrow('pages of another form');
});
