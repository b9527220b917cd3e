import { expect, test } from 'vitest';
import { tooOld } from './node-version.mjs';

test.for(['20.19.0', '20.20.2', '22.0.0', '26.1.0'])('Node.js %s is new enough', (version) => {
  expect(tooOld(version)).toBeUndefined();
});

test.for(['20.18.3', '18.20.8', '9.11.2', '0.12.18'])('Node.js %s is too old, and told so', (version) => {
  expect(tooOld(version)).toBe(
    `brokerproof needs Node.js 20.19 or later; this is ${version}.\nInstall a newer one, and run the same command again.`,
  );
});
