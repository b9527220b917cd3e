import { CouldNotRun, UsageError } from '../../errors.ts';
import { type BrokerDescription, exchangePlugins } from '../broker.ts';
import { containerPorts } from './files.ts';
import type { ImageDescription } from './image.ts';
import { withoutManagement } from '../../management/discovery.ts';
import { managementOfContainer } from './management.ts';
import { bootDeadlineMs, type ContainerSetup } from './setup.ts';
import { waitUntilAnswering } from '../answering.ts';

/** The labels by which an image tells a user of the broker that it configures by itself. */
const labels = { username: 'brokerproof.username', password: 'brokerproof.password' } as const;

/**
 * An image of any AMQP 0-9-1 broker, which is run as it is: its labels tell a user. It listens on the usual
 * ports; a management API is looked for where it says (`EXPOSE`) that something listens there.
 *
 * @returns `undefined` for an image without these labels
 * @throws UsageError when it has only one of them
 */
export function labelledSetup(
  image: string,
  { labels: given, ports, stopSignal }: ImageDescription,
): ContainerSetup | undefined {
  const { [labels.username]: username, [labels.password]: password } = given;
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    const [has, lacks] =
      username === undefined ? [labels.password, labels.username] : [labels.username, labels.password];
    throw new UsageError(
      `The image ${image} has the label ${has}, but not ${lacks}.`,
      'Give it both, to tell a user of its broker, or none if it is RabbitMQ with the management plugin.',
    );
  }
  const saysManagement = ports.includes(containerPorts.management);
  const published = [containerPorts.amqp, ...(saysManagement ? [containerPorts.management] : [])];
  return {
    container: { files: [], environment: {}, ports: published },
    cure: `Look into its log, and whether its broker listens on port ${containerPorts.amqp} of all addresses and knows the user of its labels, ${username}.`,
    async reach(container, signal) {
      const [amqp, management] = await container.addresses(published);
      if (amqp === undefined) throw new CouldNotRun('The container has no address.');

      const access = { username, password, virtualHost: '/' };
      const ended = (): string | undefined => container.end;
      const { name, product, version } = await waitUntilAnswering({
        amqp,
        ...access,
        deadlineMs: bootDeadlineMs,
        signal,
        ended,
      });
      const managementUrl =
        management === undefined ? undefined : `http://${management.host}:${management.port}`;
      const found =
        managementUrl === undefined
          ? withoutManagement(`the image exposes no port ${containerPorts.management}`)
          : await managementOfContainer(
              { url: managementUrl, username, password, of: `${name} ${version}` },
              access.virtualHost,
              signal,
              ended,
            );
      const missing: BrokerDescription['missing'] = {
        ...found.missing,
        ctl: 'the image is not taken for RabbitMQ, because its labels tell a user of a broker of its own',
        tls: 'the authority of certificates that an image brings is not known',
        guest: 'whether the broker of the image has the user guest, and where guest may log in, is not known',
        tick: 'the settings of the broker are those of its image',
        ...Object.fromEntries(
          Object.values(exchangePlugins).map((plugin) => [plugin, 'the image is not taken for RabbitMQ']),
        ),
      };
      return {
        name,
        product,
        version,
        amqp,
        amqpFromElsewhere: amqp,
        ...(managementUrl === undefined || found.missing.management !== undefined ? {} : { managementUrl }),
        ...access,
        capabilities: [...found.capabilities, 'restart', 'kill', 'log'],
        missing,
      };
    },
    // Not by the engine's own stop, which kills what is late and does not say so.
    async askToStop(container) {
      await container.tell(stopSignal);
      return `nothing, after ${stopSignal}`;
    },
    async remove() {},
  };
}
