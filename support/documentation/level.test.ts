import { expect, test } from 'vitest';
import { docs, rule, specification } from '../claim/documentation.ts';
import { levelOf } from './level.ts';

test.for([
  { says: 'only a page', documented: [docs('queues#names')], level: 'promised' },
  { says: 'a section as a whole', documented: [specification('4.2.3')], level: 'promised' },
  { says: 'a rule', documented: [docs('queues'), rule('queue/bind/duplicates')], level: 'MUST' },
  { says: 'a rule that forbids', documented: [rule('queue/purge/02')], level: 'MUST NOT' },
  { says: 'a weak one before a strong one', documented: [rule('basic/09'), rule('basic/01')], level: 'MUST' },
  { says: 'a rule of two levels', documented: [specification('3.1.3.3', 2)], level: 'MUST' },
  { says: 'a rule of the specification', documented: [specification('2.3.5.2', 1)], level: 'MAY' },
  {
    says: 'a permission of which RabbitMQ makes no use',
    documented: [rule('queue/declare/exclusive/exclusive')],
    level: 'MAY NOT',
  },
  // The claims that link these say what RabbitMQ does instead
  {
    says: 'a rule that RabbitMQ breaks',
    documented: [rule('exchange/delete/exchange/exists')],
    level: 'promised',
  },
  { says: 'a rule that it leaves out', documented: [rule('basic/publish/immediate/01')], level: 'promised' },
])('a claim that links $says: $level', ({ documented, level }) => {
  expect(levelOf({ documented })).toBe(level);
});
