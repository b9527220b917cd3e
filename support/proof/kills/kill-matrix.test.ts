import { describe, expect, test } from 'vitest';
import { trialsOfClaim } from './fabricated-trials.test-support.ts';
import { killMatrixOf } from './kill-matrix.ts';

function claimOf(...args: Parameters<typeof trialsOfClaim>) {
  return killMatrixOf(trialsOfClaim(...args))[0]?.claims[0];
}

describe('the kill matrix', () => {
  test('groups by area, in the order of the ids, whatever the order in which trials ended', () => {
    const ended = ['prefetch/one', 'consuming/turns', 'prefetch/all'].flatMap((id) => trialsOfClaim(id));
    const shape = killMatrixOf(ended.toReversed()).map(({ name, claims }) => [
      name,
      claims.map(({ claim }) => claim.id),
    ]);
    expect(shape).toEqual([
      ['consuming', ['consuming/turns']],
      ['prefetch', ['prefetch/all', 'prefetch/one']],
    ]);
  });

  test.each([
    ['proven', { refutedBy: { swapped: 'killed', lost: 'killed' } }],
    ['holds, unproven', { refutedBy: { swapped: 'killed', lost: 'survived' } }],
    ['holds, unproven', { refutedBy: { swapped: 'killed', lost: undefined } }],
    ['holds, unproven', {}],
    ['irrefutable', { irrefutable: 'A restart is seen from outside.' }],
    ['broken', { refutedBy: { swapped: 'killed' }, controls: { identity: 'broken' } }],
    [
      'not tried',
      {
        refutedBy: { swapped: 'not tried' },
        controls: {
          identity: 'not tried',
          eccentric: 'not tried',
          'black-hole': 'not tried',
          'accept-everything': 'not tried',
        },
      },
    ],
  ] as const)('says of a claim: %s, after %j', (standing, fabricated) => {
    expect(claimOf('consuming/turns', fabricated)?.standing).toBe(standing);
  });

  test('is settled only where every control was as it must be, too', () => {
    const refutedBy = { swapped: 'killed' } as const;
    expect(claimOf('consuming/turns', { refutedBy })?.settled).toBe(true);
    const vacuous = claimOf('consuming/turns', { refutedBy, controls: { 'black-hole': 'vacuous' } });
    expect(vacuous).toMatchObject({ standing: 'holds, unproven', settled: false });
  });

  test('shows declared mutants in their order, and says which were not run', () => {
    const claim = claimOf('consuming/turns', { refutedBy: { swapped: undefined, lost: 'killed' } });
    expect(claim?.refutations.map(({ mutant, result }) => [mutant.name, result])).toEqual([
      ['swapped', 'not run'],
      ['lost', 'killed'],
    ]);
  });

  test('has columns for what the area declares, and for what kills its specs and does not say why', () => {
    const areas = killMatrixOf([
      ...trialsOfClaim('consuming/turns', {
        refutedBy: { swapped: 'killed' },
        crossed: { lost: 'coupled', doubled: 'indifferent', corrupted: 'explained' },
      }),
      ...trialsOfClaim('prefetch/one', { refutedBy: { lost: 'killed', doubled: 'killed' } }),
    ]);
    expect(areas.map(({ mutants }) => mutants.map(({ name }) => name))).toEqual([
      ['swapped', 'lost'],
      ['lost', 'doubled'],
    ]);
  });

  test('leaves out of a message what the page says already, and colours', () => {
    const claim = claimOf('consuming/turns', {
      says: 'In turn.',
      refutedBy: { swapped: 'killed' },
      message: '\u001B[31mfirst\u001B[39m was to receive 10',
    });
    expect(claim?.refutations[0]?.message).toBe('first was to receive 10');
  });
});
