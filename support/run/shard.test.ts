import { expect, test } from 'vitest';
import { claimsIn } from '../claim/places.ts';
import { root } from '../project.ts';
import { filesOfShard } from './shard.ts';

const claims = claimsIn(root);

test.for([2, 3, 4])('%i parts are of about the same size, and each file is in one of them', (parts) => {
  const shards = Array.from({ length: parts }, (_, at) => filesOfShard(claims, `${at + 1}/${parts}`));
  expect(shards.flatMap((files) => [...files]).sort()).toEqual(
    [...new Set(claims.map(({ file }) => file))].sort(),
  );
  const sizes = shards.map((files) => claims.filter(({ file }) => files.has(file)).length);
  // Restarts count as claims
  expect(Math.max(...sizes)).toBeLessThan((1.5 * claims.length) / parts);
});

test.for(['0/2', '3/2', 'a/b', '1', '1/2/3', ''])('%s is no part', (shard) => {
  expect(() => filesOfShard(claims, shard)).toThrow(`--shard ${shard} is no part of a run.`);
});

test('a part in which nothing is left is none', () => {
  expect(() => filesOfShard(claims.slice(0, 1), '2/2')).toThrow('There is nothing in part 2/2');
});
