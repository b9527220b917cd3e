const analytics =
  /<script async src="https:\/\/www\.googletagmanager\.com[^>]*><\/script>\s*<script>[^<]*gtag\([^<]*<\/script>/g;
const application = /<script\s+src="data:text\/javascript;base64,[^"]*"><\/script>/;

/** No run has retries, flaky tests, severities, quality gates or a history. */
const unused = [
  `[data-testid='nav-tab-qualityGate']`,
  `[data-testid='nav-tab-globalErrors']`,
  `[data-testid='retry-filter']`,
  `[data-testid='flaky-filter']`,
  `div:has(> [data-testid='resolution-filter']:first-child)`,
  `div:has(> [data-testid='transition-filter']:first-child)`,
  `div:has(> [data-testid='severity-filter']:first-child)`,
  `[data-testid='test-result-tab-history']`,
  `[data-testid='test-result-tab-retries']`,
  `[data-testid='test-result-tab-environments']`,
  // The severity, which has an icon; the category after it has none
  `[data-testid^='test-result-status-'] + div:has(> svg)`,
];
const style = `<style>
  ${unused.join(', ')} { display: none; }
  html [data-testid='image-attachment-content'] { overflow: auto; max-height: 80vh; }
  html [data-testid='image-attachment-content'] img { max-width: none; max-height: none; }
  @media (max-width: 600px) {
    [data-testid='test-result-attachment-header'] > div > div > span { display: none; }
  }
</style>`;

/**
 * Allure's page as it has to be here: it requests nothing from anywhere, its data come before the application that asks
 * for them, it is as wide as a phone, a picture has its natural size in a frame that scrolls, and what stays empty is hidden.
 *
 * @throws Error when it would still load something from elsewhere, or is not of the form that is known here
 */
export function finishedHtml(html: string): string {
  const script = application.exec(html)?.[0];
  if (script === undefined || !html.includes('</body>'))
    throw new Error('This version of Allure makes pages of another form.');
  const finished = html
    .replace(analytics, '')
    .replace(script, '')
    .replace('<head>', () => `<head>\n<meta name="viewport" content="width=device-width, initial-scale=1">`)
    .replace('</head>', () => `${style}\n</head>`);
  const end = finished.lastIndexOf('</body>');
  return withoutRequests(`${finished.slice(0, end)}${script}\n${finished.slice(end)}`);
}

function withoutRequests(html: string): string {
  const left = /<(?:script|link|img|iframe)[^>]{0,200}?(?:src|href)="(?:https?:)?\/\/[^"]*"/i.exec(html);
  if (left !== null) throw new Error(`The page would load something from elsewhere: ${left[0]}`);
  return html;
}
