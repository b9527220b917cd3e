const unprintable = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u2028\u2029]/gu;

function substitute(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\uFFFD';
}

/**
 * The text on one line, with a visible sign for each character that can't be shown: `a␊b` for a line
 * feed. What comes out may stand in XML.
 */
export function onOneLine(text: string): string {
  return text.replace(unprintable, substitute);
}

/** As `onOneLine`, but line feeds and tabs stay. */
export function printable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(unprintable, (character) =>
      character === '\n' || character === '\t' ? character : substitute(character),
    );
}

/** The text in at most so many characters, an ellipsis included. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** The text with its middle left out where it is longer than so many characters: names often differ at their ends. */
export function shortenedInside(text: string, length: number): string {
  const characters = Array.from(text);
  if (characters.length <= length) return text;
  const end = Math.floor((length - 1) / 2);
  return `${characters.slice(0, length - 1 - end).join('')}…${characters.slice(-end).join('')}`;
}
