import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ClaimDescription, DocumentationLink } from '../verdict/outcome.ts';
import { excludedRules, ruleCoverage } from './rule-coverage.ts';
import { ruleOf } from './rules.ts';
import { documentationPages, excludedSections } from './sections.ts';

const site = 'https://www.rabbitmq.com/';

/** Links that the lists can't confirm, and why they are right. */
const exceptions: readonly { link: RegExp; because: string }[] = [
  {
    link: /^docs\/specification#method-status-[a-z]+\.[a-z-]+$/,
    because: 'The rows of its tables are anchors.',
  },
  {
    link: /^docs\/semantics#(?:tx|ordering|exclusive-durable)$/,
    because: 'The page is beside those of the sidebar.',
  },
  { link: /^docs\/3\.13\/[a-z-]+#[a-z-]+$/, because: 'The lists are those of the newest version.' },
  { link: /^docs\/lazy-queues$/, because: 'The page is about what RabbitMQ has no more.' },
  { link: /^tutorials\/amqp-concepts#exchange-headers$/, because: 'The page is about the model.' },
  { link: /^amqp-0-9-1-errata#section_3$/, because: 'The page stands beside the documentation.' },
  { link: /^resources\/specs\/amqp0-9-1\.pdf$/, because: 'The specification itself.' },
  {
    link: /^https:\/\/github\.com\/rabbitmq\/rabbitmq-server\/(?:releases\/tag\/v[\d.]+|pull\/\d+|issues\/\d+)$/,
    because: 'What its makers say of a version.',
  },
  {
    link: /^https:\/\/github\.com\/rabbitmq\/rabbitmq-server\/blob\/main\/deps\/\w+\/README\.md#[a-z-]+$/,
    because: 'A plugin is documented beside its source.',
  },
];

let claims: ClaimDescription[];

beforeAll(async () => {
  const { stdout } = await execa('node', ['support/commands/run.mjs', 'claims', '--json']);
  claims = JSON.parse(stdout) as ClaimDescription[];
});

test('pages and sections are listed once', () => {
  const names = documentationPages.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { sections } of documentationPages)
    expect(new Set(sections.map(({ anchor }) => anchor)).size).toBe(sections.length);
});

test('each link of a claim leads to a section or a rule that there is', () => {
  const listed = new Set(
    documentationPages.flatMap(({ name, sections }) => [
      name,
      ...sections.map(({ anchor }) => `${name}#${anchor}`),
    ]),
  );
  const leadsNowhere = (link: DocumentationLink): boolean => {
    const place = link.url.replace(site, '');
    const isConfirmed = ruleOf(link) !== undefined || listed.has(place);
    return !isConfirmed && !exceptions.some((exception) => exception.link.test(place));
  };
  const wrong = claims.flatMap(({ id, documented, queueTypes }) =>
    [...documented, ...queueTypes.flatMap((scope) => scope.documented ?? [])]
      .filter(leadsNowhere)
      .map(({ url }) => `${id}: ${url}`),
  );
  expect(wrong).toEqual([]);
});

test('each exception is needed', () => {
  const places = claims
    .flatMap(({ documented, queueTypes }) => [
      ...documented,
      ...queueTypes.flatMap((scope) => scope.documented ?? []),
    ])
    .map(({ url }) => url.replace(site, ''));
  expect(exceptions.filter(({ link }) => !places.some((place) => link.test(place)))).toEqual([]);
});

test('each rule of AMQP 0-9-1 is covered by a claim, or excluded', () => {
  const open = ruleCoverage(claims).filter(({ status }) => status === 'open');
  expect(open.map(({ rule }) => rule.id)).toEqual([]);
});

test('no claim speaks of a rule that is excluded', () => {
  const covered = ruleCoverage(claims).filter(({ status }) => status === 'covered');
  expect(covered.filter(({ rule }) => rule.id in excludedRules).map(({ rule }) => rule.id)).toEqual([]);
});

describe('the sections of which no claim speaks', () => {
  const anchorsOf = (page: string): string[] =>
    documentationPages.find(({ name }) => name === page)?.sections.map(({ anchor }) => anchor) ?? [];
  const places = Object.entries(excludedSections).flatMap(([page, reasons]) =>
    Object.keys(reasons).map((anchor) => `${page}#${anchor}`),
  );
  let linked: Set<string>;

  beforeAll(() => {
    linked = new Set(claims.flatMap(({ documented }) => documented.map(({ url }) => url.replace(site, ''))));
  });

  test('each has a reason, on the pages that are complete', () => {
    const missing = Object.entries(excludedSections).flatMap(([page, reasons]) =>
      anchorsOf(page)
        .filter((anchor) => !(anchor in reasons) && !linked.has(`${page}#${anchor}`))
        .map((anchor) => `${page}#${anchor}`),
    );
    expect(missing).toEqual([]);
  });

  test('no reason is for a section that a claim links', () => {
    expect(places.filter((place) => linked.has(place))).toEqual([]);
  });

  test('each reason is for a section that there is, and half a sentence', () => {
    const nowhere = Object.entries(excludedSections).flatMap(([page, reasons]) => {
      const anchors = anchorsOf(page);
      return Object.keys(reasons).filter((anchor) => !anchors.includes(anchor));
    });
    expect(nowhere).toEqual([]);
    expect(Object.keys(excludedSections).filter((page) => anchorsOf(page).length === 0)).toEqual([]);
    const reasons = Object.values(excludedSections).flatMap((each) => Object.values(each));
    expect(reasons.filter((because) => !/^\S.{3,200}[^.\s]$/.test(because))).toEqual([]);
  });
});
