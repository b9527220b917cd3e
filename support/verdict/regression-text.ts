import type { Regression } from './outcome.ts';

/** For people: `Broken in RabbitMQ 3.10.0 to before 3.10.20: what was requeued came last`. */
export function regressionText({ affected, happened }: Pick<Regression, 'affected' | 'happened'>): string {
  const where = Object.entries(affected).map(
    ([product, range]) => `${titles[product] ?? product} ${rangeText(range)}`,
  );
  return `Broken in ${where.join(', ')}: ${happened}`;
}

/** How a spec was seen to fail by the bug, as the end of a sentence. */
export function seenText({ seen }: Pick<Regression, 'seen'>): string {
  if ('on' in seen) return `seen to fail on ${namedRelease(seen.on)}`;
  return 'by' in seen ? `seen to fail by the mutant ${seen.by}` : `not seen: ${seen.not}`;
}

const titles: Readonly<Record<string, string>> = {
  rabbitmq: 'RabbitMQ',
  lavinmq: 'LavinMQ',
  garagemq: 'GarageMQ',
};

/** `rabbitmq 3.10.8` is RabbitMQ 3.10.8. */
function namedRelease(release: string): string {
  const [product = '', ...version] = release.split(' ');
  return [titles[product] ?? product, ...version].join(' ');
}

/** `>=3.10.0 <3.10.20` is "3.10.0 to before 3.10.20". */
function rangeText(range: string): string {
  return range
    .split('||')
    .map((part) => {
      const { from, before } = /^(?:>=(?<from>\S+))?\s*(?:<(?<before>\S+))?$/.exec(part.trim())?.groups ?? {};
      if (from !== undefined && before !== undefined) return `${from} to before ${before}`;
      if (from !== undefined) return `${from} and later`;
      return before === undefined ? part.trim() : `before ${before}`;
    })
    .join(', ');
}
