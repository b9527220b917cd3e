import { ruleLink, rules } from '../documentation/rules.ts';
import { UsageError } from '../errors.ts';
import type { DocumentationLink } from '../verdict/outcome.ts';

const site = 'https://www.rabbitmq.com';

/**
 * A page of RabbitMQ's documentation.
 *
 * @param page name and, after `#`, the section: `confirms#consumer-nacks-requeue`
 * @see https://www.rabbitmq.com/docs
 */
export function docs(page: string): DocumentationLink {
  return { title: `RabbitMQ documentation: ${inWords(page)}`, url: `${site}/docs/${page}` };
}

/**
 * One of RabbitMQ's tutorials.
 *
 * @param section the fragment of its heading
 * @see https://www.rabbitmq.com/tutorials
 */
export function tutorial(
  number: 'one' | 'two' | 'three' | 'four' | 'five' | 'six' | 'seven',
  section?: string,
): DocumentationLink {
  const fragment = section === undefined ? '' : `#${section}`;
  return {
    title: `RabbitMQ tutorial ${number}${section === undefined ? '' : `: ${inWords(section)}`}`,
    url: `${site}/tutorials/tutorial-${number}-python${fragment}`,
  };
}

/**
 * A rule of the AMQP 0-9-1 specification, and what RabbitMQ says of how it keeps it.
 *
 * @param name as in the specification: `queue/declare/passive/passive`
 * @throws UsageError when there is no such rule
 * @see https://www.rabbitmq.com/docs/specification#rules
 */
export function rule(name: string): DocumentationLink {
  return linkOfRule(`rule:${name}`);
}

/**
 * A section of the AMQP 0-9-1 specification, or one of the rules in it.
 *
 * @param section its number: `4.2.3`
 * @param number of the rule, counted from 1 as RabbitMQ's documentation lists them; absent: the section as a whole
 * @throws UsageError when there is no such rule
 * @see https://www.rabbitmq.com/docs/specification#rules-pdf
 */
export function specification(section: string, number?: number): DocumentationLink {
  if (number !== undefined) return linkOfRule(`pdf:${section}/${number}`);
  return {
    title: `AMQP 0-9-1 specification, section ${section}`,
    url: `${site}/resources/specs/amqp0-9-1.pdf`,
  };
}

function linkOfRule(id: string): DocumentationLink {
  const rule = rules.find((each) => each.id === id);
  if (rule !== undefined) return ruleLink(rule);
  throw new UsageError(
    `AMQP 0-9-1 has no rule ${id}.`,
    'Take one of support/documentation/rules.json, as rule(name) or specification(section, number).',
  );
}

/**
 * The release notes of a version of RabbitMQ.
 *
 * @param version as it is tagged, without the `v`: `3.13.3`
 * @see https://github.com/rabbitmq/rabbitmq-server/releases
 */
export function releaseNotes(version: string): DocumentationLink {
  return {
    title: `RabbitMQ release notes: ${version}`,
    url: `https://github.com/rabbitmq/rabbitmq-server/releases/tag/v${version}`,
  };
}

/**
 * What the makers of a broker say in public of a bug, or of a change.
 *
 * @param repository `rabbitmq/rabbitmq-server`
 */
export function issue(repository: string, number: number): DocumentationLink {
  return {
    title: `${repository} ${number}`,
    url: `https://github.com/${repository}/issues/${number}`,
  };
}

/**
 * What a plugin that comes with RabbitMQ says of itself.
 *
 * @param name of the plugin: `rabbitmq_consistent_hash_exchange`
 * @param section the fragment of its heading
 */
export function plugin(name: string, section: string): DocumentationLink {
  return {
    title: `RabbitMQ plugin ${name}: ${inWords(section)}`,
    url: `https://github.com/rabbitmq/rabbitmq-server/blob/main/deps/${name}/README.md#${section}`,
  };
}

function inWords(page: string): string {
  return page.replace('#', ', ').replaceAll('-', ' ');
}
