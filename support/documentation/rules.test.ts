import { expect, test } from 'vitest';
import { rule, specification } from '../claim/documentation.ts';
import { ruleLink, ruleOf, rules } from './rules.ts';

test('there are as many as RabbitMQ lists, and each is found again by its link', () => {
  expect(rules).toHaveLength(160);
  expect(new Set(rules.map(({ id }) => id)).size).toBe(160);
  expect(rules.filter((each) => ruleOf(ruleLink(each)) !== each)).toEqual([]);
});

test.for([
  {
    link: rule('queue/declare/default-binding'),
    id: 'rule:queue/declare/default-binding',
    title: 'AMQP 0-9-1 rule queue/declare/default-binding',
    fragment: 'rules:~:text=queue%20%2F%20declare%20%2F%20default%2Dbinding',
  },
  {
    link: specification('4.2.3', 4),
    id: 'pdf:4.2.3/4',
    title: 'AMQP 0-9-1 specification, section 4.2.3, rule 4',
    fragment: 'rules-pdf:~:text=MUST%20NOT%2C%20MUST%2C%20MUST%2C%20MUST%2C%20MUST-,4.2.3',
  },
])('a claim links $id at its row', ({ link, id, title, fragment }) => {
  expect(link).toEqual({ title, url: `https://www.rabbitmq.com/docs/specification#${fragment}` });
  expect(ruleOf(link)?.id).toBe(id);
});

test('a section as a whole is no rule', () => {
  const link = specification('4.2.3');
  expect(link.url).toBe('https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf');
  expect(ruleOf(link)).toBeUndefined();
});

test.for([
  { what: 'a rule', link: () => rule('queue/declare/nothing'), told: 'no rule rule:queue/declare/nothing' },
  { what: 'a rule of a section', link: () => specification('4.2.3', 5), told: 'no rule pdf:4.2.3/5' },
])('$what that is none is an error', ({ link, told }) => {
  expect(link).toThrow(told);
});
