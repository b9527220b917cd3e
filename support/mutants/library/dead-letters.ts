import type { FieldTable, FieldValue } from '../../wire/index.ts';
import { mutant } from '../mutant.ts';
import { fromBroker } from '../target.ts';
import { headerLost, propertyIgnored } from './properties.ts';

export const expirationIgnored = propertyIgnored('expiration');

export const deathHistoryLost = headerLost('x-death');

export const deathCountWrong = mutant(
  'death-count-wrong',
  'counts one death too many in x-death',
  deathChanged('count', (count) =>
    count.tag === 'l' || count.tag === 'L' ? { tag: count.tag, value: count.value + 1n } : count,
  ),
);

export const deathReasonWrong = mutant(
  'death-reason-wrong',
  'gives another reason in x-death',
  deathChanged('reason', (reason) => ({
    tag: 'S',
    value: reason.value === 'rejected' ? 'expired' : 'rejected',
  })),
);

export const deathQueueWrong = mutant(
  'death-queue-wrong',
  'names another queue in x-death',
  deathChanged('queue', () => ({ tag: 'S', value: 'another' })),
);

/** Changes a field of each death that a message has died. */
function deathChanged(field: string, to: (value: FieldValue) => FieldValue) {
  return fromBroker('basic.deliver', 'basic.get-ok').changeProperties(({ headers, ...properties }) =>
    headers === undefined
      ? properties
      : { ...properties, headers: mapped(headers, 'x-death', (deaths) => eachDeath(deaths, field, to)) },
  );
}

function eachDeath(deaths: FieldValue, field: string, to: (value: FieldValue) => FieldValue): FieldValue {
  if (deaths.tag !== 'A') return deaths;
  return {
    tag: 'A',
    value: deaths.value.map((death) =>
      death.tag === 'F' ? { tag: 'F', value: mapped(death.value, field, to) } : death,
    ),
  };
}

function mapped(table: FieldTable, key: string, to: (value: FieldValue) => FieldValue): FieldTable {
  return table.map(([each, value]) => [each, each === key ? to(value) : value]);
}
