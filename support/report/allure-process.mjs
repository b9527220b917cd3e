// The program behind allure-page.ts: makes Allure's page of a folder of results. Plain JavaScript, so that it starts no
// slower than Allure does.
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { AllureReport } from '@allurereport/core';
import AwesomePlugin from '@allurereport/plugin-awesome';
import { BufferResultFile } from '@allurereport/reader-api';

const input = createInterface({ input: process.stdin });
// Without anybody who tells something there is nothing to make
input.once('close', () => process.exit());
const [told] = await once(input, 'line');
input.removeAllListeners('close').close();
/** @type {import('./allure-page.ts').AllureOrder} */
const { results, page, plugin, ...configuration } = JSON.parse(told);

/** @type {Buffer | undefined} */
let made;
const report = new AllureReport({
  ...configuration,
  output: '',
  open: false,
  port: undefined,
  plugins: [{ id: 'awesome', enabled: true, options: plugin, plugin: new AwesomePlugin(plugin) }],
  reportFiles: {
    addFile: async (path, content) => {
      if (path === 'awesome/index.html') made = content;
      return path;
    },
  },
});
await report.start();
for (const name of readdirSync(results).filter((name) => !name.startsWith('.'))) {
  const content = readFileSync(join(results, name));
  await report.readResult(
    new BufferResultFile(name.endsWith('-result.json') ? lasting(content) : content, name),
  );
}
// Allure gives a picture the name of its file for a description
for (const attachment of await report.store.allAttachments()) attachment.originalFileName = attachment.name;
await report.done();
if (made === undefined) throw new Error('Allure made no page.');
writeFileSync(page, made);

/**
 * A result whose address in the page is the same in each run: Allure makes it of the uuid, which is another each time in
 * the folder of results, where it tells those of several runs apart.
 *
 * @param {Buffer} content
 */
function lasting(content) {
  const result = JSON.parse(content.toString());
  return Buffer.from(JSON.stringify({ ...result, uuid: result.fullName }));
}
