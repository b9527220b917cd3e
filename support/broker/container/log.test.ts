import { expect, test } from 'vitest';

import { linesSince } from './log.ts';

/** A piece of a log as an engine frames it. */
function piece(stream: 1 | 2, text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

const log = Buffer.concat([
  piece(1, '2026-11-21T02:10:39.557038123Z first\n'),
  piece(2, '2026-11-21T02:10:39.558000000Z größer  with  spaces\n'),
  piece(1, '2026-11-21T02:10:40.000000000Z \n'),
  piece(1, '2026-11-21T02:10:41Z last\n'),
]);

test('the lines of both streams come without the times of the engine', () => {
  expect(linesSince(log, 0)).toBe('first\ngrößer  with  spaces\n\nlast\n');
});

test('lines before the moment are left out, to the millisecond', () => {
  expect(linesSince(log, Date.parse('2026-11-21T02:10:39.558Z'))).toBe('größer  with  spaces\n\nlast\n');
});

test('an empty log is empty', () => {
  expect(linesSince(Buffer.alloc(0), 0)).toBe('');
});
