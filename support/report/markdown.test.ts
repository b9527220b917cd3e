import { expect, test } from 'vitest';
import type { ProfiledBroker } from '../broker/profile.ts';
import { factsOf, resultOf } from './fabricated-results.test-support.ts';
import { summaryMarkdown } from './markdown.ts';

const broker = {
  title: 'RabbitMQ 3.10.8, local',
  environment: { BROKER: 'local' },
} as unknown as ProfiledBroker;
const untried = { verdict: 'not testable', reason: 'restart: no | command' } as const;

test('the summary has counts, all that is bad and how to see it again, changes, and what was not tried', () => {
  const text = summaryMarkdown(
    factsOf({
      broker,
      changes: {
        baseline: { title: 'RabbitMQ 3.8.9', endedAt: '2026-11-20T10:00:00.000Z' },
        claims: [
          { id: 'consuming/b', queueType: 'quorum', from: 'proven', to: 'violated', reason: 'a|b\nc' },
          { id: 'queues/a', from: 'violated', to: 'holds' },
        ],
        added: 2,
        gone: 0,
      },
    }),
    [
      resultOf('consuming/a'),
      resultOf('consuming/b', {
        verdict: 'violated',
        queueType: 'quorum',
        reason: 'expected <one>\nseen ```two```',
        errors: [{ name: 'AssertionError', message: 'expected <one>\nseen ```two```' }],
      }),
      resultOf('queues/a', untried),
      resultOf('queues/b', untried),
      resultOf('queues/c', { verdict: 'not applicable', reason: 'It applies to *rabbitmq* >=4.3.' }),
    ],
  );
  expect(text).toBe(`## RabbitMQ 3.10.8, local

| claims | proven | violated | not applicable | not testable |
| --- | --- | --- | --- | --- |
| 5 | 1 | 1 | 1 | 2 |

### Violated

**\`consuming/b (quorum)\`** The broker does consuming/b.

\`\`\`\`text
expected <one>
seen \`\`\`two\`\`\`
\`\`\`\`

Documented: [RabbitMQ: Consumers](<https://www.rabbitmq.com/docs/consumers>)

Again: \`BROKER=local pnpm test consuming/b --queue-type quorum\`

### Since the run on RabbitMQ 3.8.9 that ended 2026-11-20 10:00 UTC

| claims | then | now | why |
| --- | --- | --- | --- |
| consuming/b (quorum) | proven | violated | a\\|b<br>c |
| queues/a | violated | holds |  |

2 claims are new.

### Not tried

- 2 claims, not testable: restart: no \\| command
- 1 claim, not applicable: It applies to \\*rabbitmq\\* &gt;=4.3.
`);
});

test('a run without any results tells why', () => {
  expect(summaryMarkdown(factsOf({ problems: ['No broker.\nStart one.'] }), [])).toBe(
    '## No broker\n\n**Broken set-up:**\n\n```text\nNo broker.\nStart one.\n```\n',
  );
  expect(summaryMarkdown(factsOf({ interrupted: true, notRun: 7 }), [])).toContain('7 were not run.');
});

test('a thousand claims that are violated with long messages are less than GitHub takes', () => {
  const results = Array.from({ length: 1_000 }, (_, number) =>
    resultOf(`queues/${number}`, { verdict: 'violated', reason: 'It saw this.\n'.repeat(10_000) }),
  );
  const text = summaryMarkdown(factsOf(), results);
  expect(text.length).toBeLessThan(500_000);
  expect(text).toContain('900 more stand in the report.');
});
