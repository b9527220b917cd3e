/** Text that Markdown shows as it is, in one line: in a cell of a table or a point of a list. */
export function inlineMarkdown(text: string): string {
  return text
    .trim()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_[\]|#~]/g, String.raw`\$&`)
    .replaceAll(/\s*[\r\n]+\s*/g, '<br>');
}

/** Code in one line; in a cell of a table a pipe would end it. */
export function inlineCode(text: string): string {
  return text.includes('`') || text.includes('|') ? `<code>${inlineMarkdown(text)}</code>` : `\`${text}\``;
}

/** Text as it is, in several lines. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

export function markdownLink({ title, url }: { title: string; url: string }): string {
  return `[${inlineMarkdown(title)}](<${url.replaceAll(/[<>|\s]/g, encodeURIComponent)}>)`;
}

/** A table; the texts in it are Markdown. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
