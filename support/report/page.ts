import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import { ProcessGroup } from '../broker/processes/process-group.ts';
import { mustNotSurvive } from '../broker/processes/reaper.ts';
import { verdictNames } from '../verdict/style.ts';

const allure = createRequire(import.meta.url).resolve('allure');
const longestMs = 120_000;

function configuration(name: string): object {
  return {
    name,
    appendHistory: false,
    hideLabels: ['epic', 'feature', 'story', 'parentSuite', 'suite', 'claim'],
    categories: {
      rules: verdictNames.map((verdict) => ({
        name: verdict,
        matchers: { labels: { verdict: `^${verdict}$` } },
        groupBy: [{ label: 'area' }],
        groupByMessage: false,
      })),
    },
    plugins: {
      awesome: {
        options: {
          reportName: name,
          singleFile: true,
          reportLanguage: 'en',
          groupBy: ['area', 'topic'],
          charts: [],
        },
      },
    },
  };
}

const analytics =
  /<script async src="https:\/\/www\.googletagmanager\.com[^>]*><\/script>\s*<script>[^<]*gtag\([^<]*<\/script>/g;

/** @throws Error when the page would still load something from elsewhere */
function withoutRequests(html: string): string {
  const stripped = html.replace(analytics, '');
  const left = /<(?:script|link|img|iframe)[^>]{0,200}?(?:src|href)="(?:https?:)?\/\/[^"]*"/i.exec(stripped);
  if (left !== null) throw new Error(`The page would load something from elsewhere: ${left[0]}`);
  return stripped;
}

/**
 * Makes one page of the Allure results: a single file that opens from the file system and requests
 * nothing from anywhere. Runs as a process of its own, which no Ctrl-C reaches: it ends the specs, and what they
 * have shown so far is to be read all the same.
 *
 * @param file where the page goes
 * @throws Error when Allure can't make it
 */
export async function writePage(resultsFolder: string, file: string, name: string): Promise<void> {
  const folder = mkdtempSync(join(dirname(file), '.page-'));
  const release = await mustNotSurvive({ folder });
  try {
    const configurationFile = join(folder, 'allurerc.json');
    const output = join(folder, 'page');
    writeFileSync(configurationFile, JSON.stringify(configuration(name)));
    await generate(['--config', configurationFile, '--output', output, resultsFolder], folder);
    const unfinished = join(folder, 'index.html');
    writeFileSync(unfinished, withoutRequests(readFileSync(join(output, 'index.html'), 'utf8')));
    renameSync(unfinished, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    release();
  }
}

async function generate(args: readonly string[], folder: string): Promise<void> {
  const program = await ProcessGroup.start([process.execPath, allure, 'generate', ...args], {
    cwd: folder,
    env: process.env,
  });
  const late = setTimeout(() => void program.kill(), longestMs);
  const end = await program.ended();
  clearTimeout(late);
  await program.kill();
  // A Ctrl-C in the moment between its birth and its own session still reaches it
  if (end === 'killed by SIGINT') await generate(args, folder);
  else if (end !== 'exit code 0') throw new Error(`Allure ended with ${end}.\n${program.printed}`);
}
