import excluded from './excluded-sections.json' with { type: 'json' };
import pages from './sections.json' with { type: 'json' };

/** A page of the broker's documentation. */
interface DocumentationPage {
  /** Its path on the site: `docs/confirms`. */
  name: string;
  title: string;
  /** Under which heading the site's sidebar has it: `Publishing Messages`; absent where it has it under none. */
  group?: string;
  /** In the order of the page; of several with the same anchor the first, to which a link leads. */
  sections: { anchor: string; title: string }[];
}

/** The pages of RabbitMQ's documentation and their sections, as of August 2026, in the order of the site's sidebar. */
export const documentationPages: readonly DocumentationPage[] = pages;

/**
 * By page and anchor, why no claim speaks of a section, in half a sentence. A page that is listed is complete: each of
 * its sections is linked by a claim or stands here.
 */
export const excludedSections: Readonly<Record<string, Readonly<Record<string, string>>>> = excluded;
