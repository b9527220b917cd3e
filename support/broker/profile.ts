import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validRange } from 'semver';
import { z } from 'zod';
import { UsageError } from '../errors.ts';
import { asTyped, root as here } from '../project.ts';
import type { Asked } from './handshake.ts';
import { type BrokerDescription, metadataStores } from './broker.ts';
import { type QueueType, queueTypes } from './queue-type.ts';
import { announcedExtensions, type Extension, extensions } from './extensions.ts';
import { isWithin } from './version.ts';

const deviationSchema = z.strictObject({
  /** What the broker does instead, and why: a sentence for the report. */
  because: z.string().min(1),
  /** Where that is told: documentation, release notes, a statement of the maintainers. */
  link: z.url(),
  /** The queue types on which it does so; absent: all. */
  queueTypes: z.array(z.enum(queueTypes)).min(1).optional(),
  /** A semver range within that of the profile; absent: all its versions. */
  versions: z
    .string()
    .refine((range) => validRange(range) !== null, 'must be a semver range')
    .optional(),
  /** The metadata store with which it does so; absent: each. */
  metadataStore: z.enum(metadataStores).optional(),
});

/** What is known beforehand of a product in a range of its versions: the content of a profile's file. */
const profileSchema = z.strictObject({
  /** As the broker says it in `connection.start`, in lower case. */
  product: z.string().regex(/^[^A-Z]+$/, 'must be in lower case'),
  /** A semver range: `>=4.3`. */
  versions: z.string().refine((range) => validRange(range) !== null, 'must be a semver range'),
  /** Whether it has an extension of AMQP 0-9-1; of what is not named, nothing is known beforehand. */
  capabilities: z.partialRecord(z.enum(extensions), z.boolean()).default({}),
  /** What it proposes in `connection.tune` unless somebody configured it otherwise. */
  configuration: z
    .strictObject({
      channel_max: z.int().nonnegative(),
      frame_max: z.int().nonnegative(),
      heartbeat: z.int().nonnegative(),
    })
    .partial()
    .default({}),
  /** Where it is known not to do what is documented, by the ids of claims; several where it does so in several ways. */
  deviations: z
    .record(
      z.string(),
      z.preprocess((one) => (Array.isArray(one) ? one : [one]), z.array(deviationSchema).min(1)),
    )
    .default({}),
});

/** How a broker is known to deviate from a claim. */
export type Deviation = z.infer<typeof deviationSchema>;

/** The deviation that is declared for a type of queues, if any; `undefined` as type: for none in particular. */
export function deviationFor(
  deviations: readonly Deviation[],
  queueType: QueueType | undefined,
): Deviation | undefined {
  return deviations.find(
    ({ queueTypes: types }) => types === undefined || (queueType !== undefined && types.includes(queueType)),
  );
}

/** The deviations that a profile declares for a broker, by the ids of claims. */
export function deviationsOf(
  profile: Profile | undefined,
  { version, metadataStore }: Pick<BrokerDescription, 'version' | 'metadataStore'>,
): Profile['deviations'] {
  const fitting = Object.entries(profile?.deviations ?? {}).map(([claim, deviations]) => {
    const own = deviations.filter(
      ({ versions, metadataStore: store }) =>
        (versions === undefined || isWithin(versions, version)) &&
        (store === undefined || store === metadataStore),
    );
    return [claim, own] as const;
  });
  return Object.fromEntries(fitting.filter(([, own]) => own.length > 0));
}

/** A profile, and where it lies. */
export interface Profile extends z.infer<typeof profileSchema> {
  /** Path from the project's root. */
  file: string;
}

/**
 * Reads all profiles.
 *
 * @param claims the ids of all claims that there are
 * @param root the project's
 * @throws UsageError for a file that is no profile: an unknown key, an unknown claim, a range that is none
 */
export function readProfiles(claims: ReadonlySet<string>, root = here): Profile[] {
  const folder = 'fixtures/profiles';
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const file = `${folder}/${name}`;
      const profile = { file, ...parsed(file, readFileSync(join(root, file), 'utf8')) };
      const unknown = Object.keys(profile.deviations).find((id) => !claims.has(id));
      if (unknown !== undefined) {
        throw new UsageError(
          `${file} declares a deviation from the claim ${unknown}, which does not exist.`,
          `${asTyped('claims')} lists all of them.`,
        );
      }
      return profile;
    });
}

/**
 * The profile that speaks of a broker; none: an unknown product, of which nothing is known beforehand.
 *
 * @throws UsageError when more than one does
 */
export function profileOf(
  { product, version }: Pick<BrokerDescription, 'product' | 'version'>,
  profiles: readonly Profile[],
): Profile | undefined {
  const fitting = profiles.filter((each) => each.product === product && isWithin(each.versions, version));
  if (fitting.length > 1) {
    throw new UsageError(
      `Several profiles apply to ${product} ${version}: ${fitting.map(({ file }) => file).join(', ')}.`,
      'Let their ranges of versions not overlap.',
    );
  }
  return fitting[0];
}

/** Something that a broker says of itself, and its profile says otherwise. */
export interface Finding {
  /** Its owner may configure a broker otherwise; that it has other extensions than it should is wrong. */
  about: 'capabilities' | 'configuration';
  /** A sentence. */
  says: string;
}

/** A broker under test, and what is said of it beforehand. */
export interface ProfiledBroker extends BrokerDescription {
  /** The file of the profile that speaks of it; absent: a product of which nothing is known beforehand. */
  profile?: string;
  /** Where it contradicts its profile. */
  findings?: Finding[];
}

/**
 * Where a broker contradicts its profile. One that announces nothing at all says nothing of its extensions, and so
 * nothing otherwise.
 */
export function contradictions(
  profile: Profile | undefined,
  { announced, configuration }: Pick<Asked, 'announced' | 'configuration'>,
): Finding[] {
  if (profile === undefined) return [];
  const findings: Finding[] = [];
  for (const name of announcesAnything(announced) ? announcedExtensions : []) {
    const declared = profile.capabilities[name];
    const seen = announced[name] ?? false;
    if (declared === undefined || declared === seen) continue;
    findings.push({
      about: 'capabilities',
      says: seen
        ? `The broker announces ${name}, and ${profile.file} declares that it does not have it.`
        : `${profile.file} declares that the broker has ${name}, and the broker does not announce it.`,
    });
  }
  for (const name of ['channel_max', 'frame_max', 'heartbeat'] as const) {
    const declared = profile.configuration[name];
    if (declared === undefined || declared === configuration[name]) continue;
    findings.push({
      about: 'configuration',
      says: `The broker proposes ${name} ${configuration[name]}, where ${profile.file} expects ${declared}.`,
    });
  }
  return findings;
}

/** What is known of the extensions of AMQP 0-9-1 that a broker has. Plain data. */
export interface KnownExtensions {
  /** Those that it has. */
  offers: readonly Extension[];
  /** Those that it does not have, and who says so: the file of its profile, or the broker. Of others it is not known. */
  lacks: Readonly<Partial<Record<Extension, string>>>;
}

/** What is known of a broker's extensions: what its profile declares; else what it announces, if it announces any. */
export function knownExtensions(
  profile: Profile | undefined,
  { announced }: Pick<Asked, 'announced'>,
): KnownExtensions {
  const offers: Extension[] = [];
  const lacks: Partial<Record<Extension, string>> = {};
  const told: readonly Extension[] = announcesAnything(announced) ? announcedExtensions : [];
  for (const name of extensions) {
    const declared = profile?.capabilities[name];
    if (declared ?? announced[name] ?? false) offers.push(name);
    else if (profile !== undefined && declared === false) lacks[name] = profile.file;
    else if (told.includes(name)) lacks[name] = 'its own announcement';
  }
  return { offers, lacks };
}

/** Whether a broker says which extensions it has; what it leaves out then, it does not have. */
export function announcesAnything(announced: Asked['announced']): boolean {
  return Object.keys(announced).length > 0;
}

function parsed(file: string, text: string): z.infer<typeof profileSchema> {
  try {
    return profileSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new UsageError(
      `${file} is not a profile: ${error instanceof z.ZodError ? z.prettifyError(error) : String(error)}`,
      'It has the keys product, versions, capabilities, configuration and deviations; see CONTRIBUTING.md.',
      { cause: error },
    );
  }
}
