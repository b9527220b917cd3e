import * as fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { UsageError } from '../errors.ts';
import { factsOf, resultOf } from './fabricated-results.test-support.ts';
import { junitXml } from './junit.ts';
import { readResults, resultsOf, writeResults } from './results.ts';

const folder = mkdtempSync(join(tmpdir(), 'brokerproof-results-'));
const file = join(folder, 'results.json');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('results.json', () => {
  test('is read as it was written, in the order of the ids, with counts of all verdicts', () => {
    const results = resultsOf(factsOf({ notRun: 2, interrupted: true }), [
      resultOf('queues/b', { verdict: 'violated', reason: 'no', errors: [{ name: 'Error', message: 'no' }] }),
      resultOf('queues/a'),
    ]);
    writeResults(file, results);
    expect(readResults(file)).toEqual(results);
    expect(results.claims.map(({ id }) => id)).toEqual(['queues/a', 'queues/b']);
    expect(results.counts).toMatchObject({ proven: 1, violated: 1, holds: 0, 'could not run': 0 });
    expect(results).toMatchObject({ schemaVersion: 1, notRun: 2, interrupted: true });
  });

  test.for(['', '{}', '{"schemaVersion":2}'])('is refused when it holds %j', (content) => {
    writeFileSync(file, content);
    expect(() => readResults(file)).toThrow(UsageError);
  });
});

test('junit.xml is well-formed whatever a claim says', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 60 });
  fc.assert(
    fc.property(anything, anything, (says, message) => {
      const base = resultOf('queues/a');
      const xml = junitXml(
        resultsOf(factsOf(), [
          {
            ...base,
            claim: { ...base.claim, says },
            verdict: 'violated',
            reason: message,
            errors: [{ name: 'Error', message }],
          },
          resultOf('queues/b', { verdict: 'not testable', reason: message }),
        ]),
      );
      expect(XMLValidator.validate(xml)).toBe(true);
      expect(xml.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u);
    }),
  );
});
