import { coerce } from 'semver';
import type { BrokerDescription } from '../broker/broker.ts';
import { announcedExtensions, type Extension, extensions } from '../broker/extensions.ts';
import type { Asked } from '../broker/handshake.ts';
import { announcesAnything, type Profile } from '../broker/profile.ts';
import type { Inquiry } from './inquire.ts';

/** A profile of a product of which nothing was known: the content of its file, without deviations. */
export type Draft = Pick<Profile, 'product' | 'versions' | 'capabilities' | 'configuration'>;

/**
 * What a broker says of itself, and what it was seen to do, as a profile. It is one of this version alone; what is not
 * known is left out.
 */
export function draftOf(
  { product, version }: Pick<BrokerDescription, 'product' | 'version'>,
  { announced, configuration }: Pick<Asked, 'announced' | 'configuration'>,
  inquiries: readonly Inquiry[],
): Draft {
  const seen = new Map<Extension, boolean | undefined>([
    ...(announcesAnything(announced) ? announcedExtensions : []).map(
      (name) => [name, announced[name] ?? false] as const,
    ),
    ...inquiries.map(({ extension, has }) => [extension, has] as const),
  ]);
  return {
    product,
    versions: coerce(version)?.version ?? '*',
    capabilities: Object.fromEntries(
      extensions.filter((name) => seen.get(name) !== undefined).map((name) => [name, seen.get(name)]),
    ),
    configuration,
  };
}

/** A name for the file of a draft, whatever the broker calls itself. */
export function draftName({ product, version }: Pick<BrokerDescription, 'product' | 'version'>): string {
  return `${`${product}-${version}`.replaceAll(/[^\w.+-]+/g, '-').replace(/^\.+/, '')}.json`;
}
