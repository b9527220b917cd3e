import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ProcessGroup } from '../broker/processes/process-group.ts';
import { mustNotSurvive } from '../broker/processes/reaper.ts';
import { verdictNames } from '../verdict/style.ts';
import { finishedHtml } from './allure-html.ts';

const program = fileURLToPath(new URL('allure-process.mjs', import.meta.url));
const longestMs = 120_000;

/** What the program that makes the page is told: where it finds the results, where it leaves the page, and Allure's configuration. */
export interface AllureOrder {
  results: string;
  page: string;
  name: string;
  hideLabels: string[];
  categories: object;
  plugin: object;
}

function orderOf(results: string, page: string, name: string): AllureOrder {
  return {
    results,
    page,
    name,
    hideLabels: ['epic', 'feature', 'story', 'parentSuite', 'suite', 'claim'],
    // Allure filters by tags and by categories
    categories: {
      rules: verdictNames.map((verdict) => ({
        name: verdict,
        matchers: { labels: { verdict: `^${verdict}$` } },
        groupBy: [{ label: 'area' }],
        groupByMessage: false,
      })),
    },
    plugin: {
      reportName: name,
      singleFile: true,
      reportLanguage: 'en',
      groupBy: ['area', 'topic'],
      sections: ['timeline'],
      charts: [],
    },
  };
}

/**
 * Makes the Allure report of a folder of results: a single file that opens from the file system and requests
 * nothing from anywhere. Runs as a process of its own, which no Ctrl-C reaches: it ends the specs, and what they
 * have shown so far is to be read all the same.
 *
 * @param file where the page goes; its folder is made where it is not there
 * @throws Error when Allure can't make it
 */
export async function writeAllurePage(resultsFolder: string, file: string, name: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const folder = mkdtempSync(join(dirname(file), '.page-'));
  const release = await mustNotSurvive({ folder });
  try {
    const order = join(folder, 'order.json');
    const page = join(folder, 'allure.html');
    const unfinished = join(folder, 'index.html');
    writeFileSync(order, JSON.stringify(orderOf(resultsFolder, page, name)));
    await generate(order, folder);
    writeFileSync(unfinished, finishedHtml(readFileSync(page, 'utf8')));
    renameSync(unfinished, file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    release();
  }
}

async function generate(order: string, folder: string): Promise<void> {
  const allure = await ProcessGroup.start([process.execPath, program, order], {
    cwd: folder,
    // What it can't write it logs in the user's home
    env: { ...process.env, HOME: folder },
  });
  const late = setTimeout(() => void allure.kill(), longestMs);
  const end = await allure.ended();
  clearTimeout(late);
  await allure.kill();
  // A Ctrl-C in the moment between its birth and its own session still reaches it
  if (end === 'killed by SIGINT') await generate(order, folder);
  else if (allure.printed.includes('ENOSPC')) throw new Error('no space is left there');
  else if (end !== 'exit code 0') throw new Error(`Allure ended with ${end}.\n${allure.printed}`);
}
