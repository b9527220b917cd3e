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
 * @see https://www.rabbitmq.com/docs/specification#rules
 */
export function rule(name: string): DocumentationLink {
  return { title: `AMQP 0-9-1 rule ${name}`, url: `${site}/docs/specification#rules` };
}

/**
 * A section of the AMQP 0-9-1 specification.
 *
 * @param section its number: `4.2.3`
 */
export function specification(section: string): DocumentationLink {
  return {
    title: `AMQP 0-9-1 specification, section ${section}`,
    url: `${site}/resources/specs/amqp0-9-1.pdf`,
  };
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
