import { documentationPages, excludedSections } from '../../../documentation/sections.ts';
import type { MatrixRow } from '../../../matrix/matrix.ts';
import { byArea } from './by-area.ts';
import type { Group, Part } from './groups.ts';

const site = 'https://www.rabbitmq.com/';

/**
 * The pages of the documentation in their order, each with its sections; then what is documented elsewhere. A section of
 * which no claim speaks is there too, on a complete page with the reason.
 */
export function byDocumentation(rows: readonly MatrixRow[]): Group[] {
  const claims = claimsByUrl(rows);
  const told = new Set<string>();
  const at = (url: string): readonly MatrixRow[] => {
    told.add(url);
    return claims.get(url) ?? [];
  };
  const pages = documentationPages.map(({ name, title, sections }): Group => {
    const url = site + name;
    const whole: Part = { name: 'The page as a whole', url, rows: at(url) };
    const parts = sections.map((section): Part => {
      const own = at(`${url}#${section.anchor}`);
      return {
        name: section.title,
        url: `${url}#${section.anchor}`,
        notes: own.length === 0 ? [without(excludedSections[name]?.[section.anchor])] : [],
        rows: own,
      };
    });
    return { name: title, url, parts: [...(whole.rows.length > 0 ? [whole] : []), ...parts] };
  });
  const elsewhere = [...claims].filter(([url]) => !told.has(url));
  const rest = elsewhere.map(([url, own]): Part => ({
    name: url.replace(/^https:\/\//, ''),
    url,
    rows: own,
  }));
  const undocumented = rows.filter(({ documented }) => documented.length === 0);
  return [
    ...pages,
    ...(rest.length > 0 ? [{ name: 'elsewhere', parts: rest }] : []),
    ...byArea(undocumented),
  ];
}

/** @param because why no claim speaks of it */
function without(because: string | undefined): string {
  return because === undefined ? 'no claim' : `no claim: ${because}`;
}

function claimsByUrl(rows: readonly MatrixRow[]): Map<string, MatrixRow[]> {
  const claims = new Map<string, MatrixRow[]>();
  for (const row of rows) {
    for (const url of new Set(row.documented.map((each) => each.url)))
      claims.set(url, [...(claims.get(url) ?? []), row]);
  }
  return claims;
}
