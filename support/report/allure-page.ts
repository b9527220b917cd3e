import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ProcessGroup } from '../broker/processes/process-group.ts';
import { mustNotSurvive } from '../broker/processes/reaper.ts';
import { verdictNames } from '../verdict/style.ts';
import { finishedHtml } from './allure-html.ts';

const { BROKERPROOF_BUILT: built } = process.env;
const program =
  built === undefined
    ? fileURLToPath(new URL('allure-process.mjs', import.meta.url))
    : join(built, 'allure-process.js');
const longestMs = 120_000;

/** What the program that makes the page is told in a line: where it finds the results, where it leaves the page, and Allure's configuration. */
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
 */
export class AllurePage {
  readonly #folder: string;
  readonly #release: () => void;
  readonly #program: Promise<ProcessGroup>;

  private constructor(folder: string, release: () => void) {
    this.#folder = folder;
    this.#release = release;
    this.#program = start(folder);
    this.#program.catch(() => undefined); // who waits for it is told
  }

  /**
   * Loads Allure, which takes as long as it then works.
   *
   * @param within the folder of reports, in which it gets one of its own while it works
   */
  static async begin(within: string): Promise<AllurePage> {
    mkdirSync(within, { recursive: true });
    const folder = mkdtempSync(join(within, '.page-'));
    return new AllurePage(folder, await mustNotSurvive({ folder }));
  }

  /**
   * @param file where the page goes; its folder is made where it is not there
   * @throws Error when Allure can't make it
   */
  async write(resultsFolder: string, file: string, name: string): Promise<void> {
    try {
      mkdirSync(dirname(file), { recursive: true });
      const page = join(this.#folder, 'allure.html');
      const unfinished = join(this.#folder, 'index.html');
      await generate(await this.#program, orderOf(resultsFolder, page, name), this.#folder);
      writeFileSync(unfinished, finishedHtml(readFileSync(page, 'utf8')));
      renameSync(unfinished, file);
    } finally {
      this.#remove();
    }
  }

  /** Where there is nothing to make. */
  async leave(): Promise<void> {
    const program = await this.#program.catch(() => undefined);
    await program?.kill();
    this.#remove();
  }

  #remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#release();
  }
}

async function start(folder: string): Promise<ProcessGroup> {
  return await ProcessGroup.start([process.execPath, program], {
    cwd: folder,
    // What it can't write it logs in the user's home
    env: { ...process.env, HOME: folder },
  });
}

async function generate(allure: ProcessGroup, order: AllureOrder, folder: string): Promise<void> {
  allure.tell(JSON.stringify(order));
  const late = setTimeout(() => void allure.kill(), longestMs);
  const end = await allure.ended();
  clearTimeout(late);
  await allure.kill();
  // A Ctrl-C in the moment between its birth and its own session still reaches it
  if (end === 'killed by SIGINT') await generate(await start(folder), order, folder);
  else if (allure.printed.includes('ENOSPC')) throw new Error('no space is left there');
  else if (end !== 'exit code 0') throw new Error(`Allure ended with ${end}.\n${allure.printed}`);
}
