import picocolors from 'picocolors';
import { expect, test } from 'vitest';
import { changesText } from './changes-text.ts';
import type { Changes } from './changes.ts';

const baseline = { title: 'RabbitMQ 3.10.8, local', endedAt: '2026-11-20T10:00:00.000Z' };
const plain = picocolors.createColors(false);

test('changes are told by what has become of what, with the reason', () => {
  const reason = 'It was proven on 2026-11-20; changed since: its spec file.';
  const holding = Array.from({ length: 14 }, (_, number) => ({
    id: `a/${number}`,
    from: 'proven',
    to: 'holds',
    reason,
  })) as Changes['claims'];
  const violated: Changes['claims'][number] = {
    id: 'b/b',
    queueType: 'quorum',
    from: 'proven',
    to: 'violated',
    reason: 'It saw 2.\nAnd more.',
  };
  const text = changesText({ baseline, claims: [violated, ...holding], added: 0, gone: 1 }, plain);
  expect(text).toBe(`Since the run on RabbitMQ 3.10.8, local that ended 2026-11-20 10:00 UTC:
  proven → violated: b/b (quorum)
    It saw 2.
  proven → holds: a/0, a/1, a/2, a/3, a/4, a/5, a/6, a/7, a/8, a/9 and 4 more
    ${reason}
  1 claim is gone.`);
});

test('that nothing has changed is told too', () => {
  expect(changesText({ baseline, claims: [], added: 0, gone: 0 }, plain)).toMatch(
    /:\n {2}Nothing has changed\.$/,
  );
});
