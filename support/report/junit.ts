import { XMLBuilder } from 'fast-xml-parser';

import { printable } from '../evidence/printable.ts';
import { outcomeName } from '../verdict/outcome-name.ts';
import type { Results } from './results.ts';

type Claim = Results['claims'][number];
/** What a test case is: a claim, with one type of queues where there are several. */
type Case = Claim & { name: string };

/** How each verdict stands in JUnit's terms. */
const elements = {
  proven: undefined,
  holds: undefined,
  violated: 'failure',
  deviates: 'skipped',
  'not applicable': 'skipped',
  'not testable': 'skipped',
  'could not run': 'error',
} as const satisfies Record<Claim['verdict'], string | undefined>;

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function casesOf(claims: readonly Claim[]): Case[] {
  return claims.flatMap((claim) =>
    claim.outcomes.length === 0
      ? [{ ...claim, name: claim.id }]
      : claim.outcomes.map(({ queueType, reason, ...outcome }) => ({
          ...claim,
          reason,
          ...outcome,
          name: outcomeName(claim.id, queueType),
        })),
  );
}

function caseOf(claim: Case): object {
  const element = elements[claim.verdict];
  const message = printable(claim.reason ?? claim.errors[0]?.message ?? claim.verdict);
  return {
    '@name': printable(`${claim.name}: ${claim.says}`),
    '@classname': printable(`${claim.area}.${claim.topic}`),
    '@file': printable(claim.file),
    '@time': seconds(claim.duration),
    ...(element === undefined
      ? {}
      : {
          [element]: {
            '@message': element === 'skipped' ? `${claim.verdict}: ${message}` : message,
            ...(element === 'skipped'
              ? {}
              : {
                  '@type': printable(claim.errors[0]?.name ?? claim.verdict),
                  '#text': printable(
                    claim.errors
                      .map((error) => error.stack ?? `${error.name}: ${error.message}`)
                      .join('\n\n'),
                  ),
                }),
          },
        }),
  };
}

function countsOf(claims: readonly Case[]): Record<string, number | string> {
  const number = (element: string): number =>
    claims.filter(({ verdict }) => elements[verdict] === element).length;
  return {
    '@tests': claims.length,
    '@failures': number('failure'),
    '@errors': number('error'),
    '@skipped': number('skipped'),
    '@time': seconds(claims.reduce((sum, { duration }) => sum + duration, 0)),
  };
}

/** Capabilities that contradict the profile fail a run although no claim does. */
function suiteOfProfile(results: Results): object[] {
  const found = (results.broker?.findings ?? []).filter(({ about }) => about === 'capabilities');
  if (found.length === 0) return [];
  return [
    {
      '@name': 'profile',
      '@timestamp': results.startedAt.slice(0, 19),
      '@tests': found.length,
      '@failures': found.length,
      testcase: found.map(({ says }) => ({
        '@name': 'The broker has the capabilities that its profile declares',
        '@classname': 'profile',
        failure: { '@message': printable(says) },
      })),
    },
  ];
}

/** The results as JUnit XML, a suite for each area: what CI servers read. */
export function junitXml(results: Results): string {
  const areas = [...new Set(results.claims.map(({ area }) => area))];
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    format: true,
    suppressBooleanAttributes: false,
  });
  return builder.build({
    '?xml': { '@version': '1.0', '@encoding': 'UTF-8' },
    testsuites: {
      '@name': 'brokerproof',
      ...countsOf(casesOf(results.claims)),
      testsuite: [
        ...suiteOfProfile(results),
        ...areas.map((area) => {
          const claims = casesOf(results.claims.filter((claim) => claim.area === area));
          return {
            '@name': printable(area),
            '@timestamp': results.startedAt.slice(0, 19),
            ...countsOf(claims),
            testcase: claims.map(caseOf),
          };
        }),
      ],
    },
  });
}
