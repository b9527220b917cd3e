import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type ComponentChildren, h, type JSX } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** The rules that the styles of all pages begin with. */
export const commonStyle = readFileSync(new URL('common.css', import.meta.url), 'utf8');

/** A page that requests nothing from anywhere. */
export interface Page {
  title: string;
  style: string;
  /** What else the browser lets through: a directive of a content security policy for each. */
  policy: readonly string[];
  body: ComponentChildren;
}

/**
 * Writes a page that opens from the file system. Whoever reads it meanwhile has the one before.
 *
 * @param file its folder is there
 */
export function writePage(file: string, page: Page): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `<!doctype html>\n${renderToString(documentOf(page))}\n`);
  renameSync(unfinished, file);
}

/** How a content security policy names a script or a style that stands in the page. */
export function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function documentOf({ title, style, policy, body }: Page): JSX.Element {
  const directives = ["default-src 'none'", ...policy, "base-uri 'none'", "form-action 'none'"];
  return h(
    'html',
    { lang: 'en' },
    h(
      'head',
      {},
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: directives.join('; ') }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      h('title', {}, title),
      h('style', { dangerouslySetInnerHTML: { __html: style } }),
    ),
    h('body', {}, body),
  );
}
