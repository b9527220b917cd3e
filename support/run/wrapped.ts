import { stripVTControlCharacters } from 'node:util';
import wrapAnsi from 'wrap-ansi';

/** What does not find room in a line goes on in the next by so much further in. */
const hang = 2;
/** On a terminal that is narrower, lines are left to it. */
const narrowest = 40;

/**
 * Text whose lines are at most so wide; each goes on below its own beginning, and a word, such as the id of a claim, is
 * never cut.
 *
 * @param width absent: lines of any length
 */
export function wrapped(text: string, width: number | undefined): string {
  if (width === undefined || width < narrowest) return text;
  return text
    .split('\n')
    .map((line) => {
      if (stripVTControlCharacters(line).length <= width) return line;
      const indent = line.length - line.trimStart().length;
      const room = Math.max(width - indent - hang, narrowest / 2);
      return (
        ' '.repeat(indent) +
        wrapAnsi(line.trimStart(), room).replaceAll('\n', `\n${' '.repeat(indent + hang)}`)
      );
    })
    .join('\n');
}
