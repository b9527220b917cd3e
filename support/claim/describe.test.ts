import { expect, test } from 'vitest';
import { UsageError } from '../errors.ts';
import { mutant } from '../mutants/mutant.ts';
import type { Claim } from './declaration.ts';
import { describeClaim } from './describe.ts';
import { docs } from './documentation.ts';

const refutedBy = [mutant('turns-ignored', 'gives everything to the first consumer')];
const about: Claim = { says: 'Tasks go in turn.', documented: [docs('consumers')], refutedBy };
const file = 'specs/consuming/fair-dispatch.spec.ts';

test('a claim is completed by what its file says', () => {
  expect(describeClaim('consuming/round-robin', about, file)).toMatchObject({
    id: 'consuming/round-robin',
    area: 'consuming',
    topic: 'Fair dispatch',
    file,
    says: 'Tasks go in turn.',
    documented: [
      { title: 'RabbitMQ documentation: consumers', url: 'https://www.rabbitmq.com/docs/consumers' },
    ],
    tags: [],
    needs: [],
    refutedBy: [{ name: 'turns-ignored', says: 'gives everything to the first consumer' }],
  });
});

test('a claim that names no mutant is refused, unless it says why there is none', () => {
  const { refutedBy: _, ...unrefuted } = about;
  expect(() => describeClaim('consuming/x', unrefuted, file)).toThrow(
    'the claim consuming/x names no mutant',
  );
  expect(describeClaim('consuming/x', { ...unrefuted, irrefutable: 'Time.' }, file)).toMatchObject({
    refutedBy: [],
    irrefutable: 'Time.',
  });
});

test('the topic of a file that runs apart is named like any other', () => {
  const { topic } = describeClaim('durability/x', about, 'specs/durability/a-restart.apart.spec.ts');
  expect(topic).toBe('A restart');
});

test('claims about clusters, and those alone, stand in files of their own', () => {
  const ofCluster: Claim = { ...about, needs: ['cluster', 'node_kill'] };
  const ofClusters = 'specs/clustering/nodes.cluster.spec.ts';
  expect(describeClaim('clustering/x', ofCluster, ofClusters)).toMatchObject({ topic: 'Nodes' });
  expect(() => describeClaim('consuming/x', ofCluster, file)).toThrow('the claim consuming/x needs cluster.');
  expect(() => describeClaim('clustering/x', about, ofClusters)).toThrow(
    'the claim clustering/x does not need a cluster.',
  );
});

test.for([
  'round-robin',
  'consuming/',
  '/round-robin',
  'consuming/round robin',
  'Consuming/round-robin',
  'consuming/round_robin',
  'consuming/-round',
  'consuming/round--robin',
  'consuming/a/b',
  '',
])('%j is no id', (id) => {
  expect(() => describeClaim(id, about, file)).toThrow(
    new UsageError(
      `${file}: "${id}" is not a claim id.`,
      'Use area and slug in lower case: consuming/round-robin.',
    ),
  );
});

test.for(['specs/queues/dispatch.spec.ts', 'specs/consuming-more/dispatch.spec.ts', 'dispatch.spec.ts'])(
  'a claim of another area than its folder, %s, is refused',
  (elsewhere) => {
    expect(() => describeClaim('consuming/round-robin', about, elsewhere)).toThrow(
      `${elsewhere}: the claim consuming/round-robin belongs in specs/consuming/.`,
    );
  },
);

test('a claim that says nothing is refused', () => {
  expect(() => describeClaim('consuming/x', { ...about, says: '  ' }, file)).toThrow('says nothing');
});

test('a claim that succeeds another says from which version on', () => {
  const succeeding = { ...about, succeeds: 'consuming/old' };
  expect(() => describeClaim('consuming/x', succeeding, file)).toThrow(
    'the claim consuming/x succeeds consuming/old, but applies to every broker.',
  );
  expect(
    describeClaim('consuming/x', { ...succeeding, appliesTo: { rabbitmq: '>=4.3' } }, file),
  ).toMatchObject({ succeeds: 'consuming/old' });
});

test('a claim without documentation is refused', () => {
  expect(() => describeClaim('consuming/x', { ...about, documented: [] }, file)).toThrow(
    'the claim consuming/x links no documentation.\nName in `documented` where',
  );
});

test.for(['restart', 'kill'] as const)('a claim that needs %s is refused where others run', (disturbing) => {
  const needs = { ...about, needs: ['management' as const, disturbing] };
  expect(() => describeClaim('consuming/x', needs, file)).toThrow(
    `the claim consuming/x needs ${disturbing}, which disturbs every other spec.\nPut it into a file that ends in .apart.spec.ts.`,
  );
  expect(describeClaim('consuming/x', needs, 'specs/consuming/x.apart.spec.ts').needs).toContain(disturbing);
});
