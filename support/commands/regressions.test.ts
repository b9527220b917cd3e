import { expect, test } from 'vitest';
import { z } from 'zod';
import { execa } from 'execa';
import { deviationsOf, profileOf, readProfiles } from '../broker/profile.ts';
import { claimsIn } from '../claim/places.ts';

const regressionSchema = z.object({
  claim: z.string(),
  report: z.url(),
  affected: z.record(z.string(), z.string()),
  happened: z.string(),
  seen: z.union([z.object({ on: z.string() }), z.object({ by: z.string() }), z.object({ not: z.string() })]),
});

/** What the claims of this project say of bugs that released brokers had. */
async function known() {
  const { stdout } = await execa('node', ['support/commands/run.mjs', 'claims', '--regressions', '--json']);
  return z.array(regressionSchema).parse(JSON.parse(stdout));
}

test('each regression stands once at a claim, and one that was seen on a release is declared by its profile', async () => {
  const regressions = await known();
  const keys = regressions.map(({ claim, report, happened }) => `${claim} ${report} ${happened}`);
  expect(new Set(keys).size).toBe(keys.length);

  const profiles = readProfiles(new Set(claimsIn(process.cwd()).map(({ id }) => id)));
  const undeclared = regressions.filter(({ claim, report, seen }) => {
    if (!('on' in seen)) return false;
    const [product = '', version = '', metadataStore] = seen.on.split(' ');
    const store = metadataStore === 'khepri' ? { metadataStore } : {};
    const profile = profileOf({ product, version }, profiles);
    const declared = deviationsOf(profile, { version, ...store } as Parameters<typeof deviationsOf>[1])[
      claim
    ];
    return !declared?.some(({ link }) => link === report);
  });
  expect(undeclared).toEqual([]);
});
