import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { claimsIn } from './places.ts';

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'brokerproof-places-'));
  mkdirSync(join(project, 'specs/consuming'), { recursive: true });
  write(
    'dispatch.spec.ts',
    `claim('consuming/round-robin', { queueTypes: 'unvaried' }, spec);\nclaim(\n  'consuming/busy-skipped',\n  about);`,
  );
  write(
    'stop.apart.spec.ts',
    `import { claim } from '#support';\nclaim('consuming/stopped', { queueTypes: { quorum: notQuorum.exclusive } }, spec);`,
  );
  write('helper.ts', `claim('consuming/helper', about, spec);`);
});

afterEach(() => {
  rmSync(project, { recursive: true });
});

function write(name: string, content: string): void {
  writeFileSync(join(project, 'specs/consuming', name), content);
}

test('claims are found with their spec files, and the queue types with which they run', () => {
  expect(claimsIn(project).sort((one, other) => (one.id < other.id ? -1 : 1))).toEqual([
    {
      id: 'consuming/busy-skipped',
      file: 'specs/consuming/dispatch.spec.ts',
      queueTypes: ['classic', 'quorum'],
    },
    { id: 'consuming/round-robin', file: 'specs/consuming/dispatch.spec.ts', queueTypes: [] },
    { id: 'consuming/stopped', file: 'specs/consuming/stop.apart.spec.ts', queueTypes: ['classic'] },
  ]);
});

test('the same id in two files is refused, and both are named', () => {
  write('again.spec.ts', `claim('consuming/stopped', about, spec);`);
  expect(() => claimsIn(project)).toThrow(UsageError);
  expect(() => claimsIn(project)).toThrow(
    /^The claim consuming\/stopped is declared twice: in specs\/consuming\/\S+ and in specs\/consuming\/\S+\.\n/,
  );
});
