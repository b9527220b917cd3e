import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The Chromium of this machine: what `CHROMIUM` names, else the first on the PATH. */
function chromiumFile(): string | undefined {
  return (
    process.env['CHROMIUM'] ??
    (process.env['PATH'] ?? '')
      .split(delimiter)
      .flatMap((folder) => names.map((name) => join(folder, name)))
      .find(isExecutable)
  );
}

/** A developer's machine may have no browser; where everything must be tested, its absence is a failure. */
export const hasNoBrowser = chromiumFile() === undefined && process.env['CI'] === undefined;

let shared: Promise<Browser> | undefined;

/** A real browser without a window, which the files of a worker use one after the other. It ends with the worker. */
export async function sharedChromium(): Promise<Browser> {
  shared ??= chromium.launch({
    executablePath: chromiumFile() ?? 'chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  return await shared;
}
