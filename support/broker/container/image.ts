import { type ContainerRuntimeClient, ImageName } from 'testcontainers';
import { z } from 'zod';

import { messageOf, UsageError } from '../../errors.ts';

/** What an image says of itself. */
export interface ImageDescription {
  labels: Record<string, string>;
  /** The TCP ports on which it says that it listens (`EXPOSE`). */
  ports: number[];
  /** The signal that asks it to end: `SIGTERM` unless it says otherwise (`STOPSIGNAL`). */
  stopSignal: string;
}

const inspection = z.object({
  Config: z.object({
    Labels: z.record(z.string(), z.string()).nullish(),
    ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
    StopSignal: z.string().nullish(),
    Env: z.array(z.string()).nullish(),
  }),
});

/** What an image that the engine has says of itself. */
export async function describeImage(
  { container }: ContainerRuntimeClient,
  image: string,
): Promise<ImageDescription> {
  const { Config } = inspection.parse(await container.dockerode.getImage(image).inspect());
  return {
    labels: Config.Labels ?? {},
    ports: Object.keys(Config.ExposedPorts ?? {})
      .filter((port) => port.endsWith('/tcp'))
      .map((port) => Number.parseInt(port, 10)),
    stopSignal: Config.StopSignal || 'SIGTERM',
  };
}

/**
 * Which release of RabbitMQ an image has, as far as it says so: by a variable, as the official ones do, or in its tag.
 *
 * @returns `3.10.8`; `undefined` where it does not say
 */
export async function releaseIn(
  { container }: ContainerRuntimeClient,
  image: string,
): Promise<string | undefined> {
  const { Config } = inspection.parse(await container.dockerode.getImage(image).inspect());
  const variable = 'RABBITMQ_VERSION=';
  const told = Config.Env?.find((each) => each.startsWith(variable))?.slice(variable.length);
  return told ?? /:v?(\d+\.\d+\.\d+)/.exec(image)?.[1];
}

/**
 * Pulls the image unless the engine has it.
 *
 * @throws UsageError when it can't be pulled, with the engine's reason; the signal's reason when it was aborted
 */
export async function pullMissing(
  engine: ContainerRuntimeClient,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const finished = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true, signal: finished.signal });
  });
  try {
    // A pull can't be called off, but nobody has to wait for it.
    await Promise.race([pull(engine, image), aborted]);
  } finally {
    finished.abort();
  }
  signal.throwIfAborted();
}

async function pull({ image: images }: ContainerRuntimeClient, image: string): Promise<void> {
  let reason = 'the engine ended the pull without it';
  try {
    const name = ImageName.fromString(image);
    await images.pull(name);
    if (await images.exists(name)) return;
  } catch (error) {
    reason = engineReason(error);
  }
  throw new UsageError(
    `The image ${image} is not here and can't be pulled: ${reason}.`,
    'Check its name and the connection to its registry, name another with BROKER_IMAGE, or build one: fixtures/images/build rabbitmq bookworm.',
  );
}

function engineReason(error: unknown): string {
  const message = messageOf(error);
  return message
    .replace(/^\(HTTP code \d+\) [^-]* - /, '')
    .trim()
    .replace(/\.$/, '');
}
