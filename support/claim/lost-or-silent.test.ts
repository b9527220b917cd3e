import { expect, test } from 'vitest';
import { Recorder } from '../evidence/recorder.ts';
import { withDeadline } from '../waiting/until.ts';
import { lostOrSilent } from './lost-or-silent.ts';

async function answer(): Promise<void> {}
function notLost(): undefined {}

test('tells whose connection is silent, and who has lost one', async () => {
  const recorder = new Recorder();
  recorder.connected('alice', notLost, answer);
  recorder.connected('bob', notLost, async () => Promise.reject(new Error('refused')));
  expect(await lostOrSilent(recorder)).toEqual([]);

  recorder.connected('carol', notLost, () => new Promise(() => {}));
  expect(await withDeadline(50, () => lostOrSilent(recorder))).toEqual([
    { actor: 'carol', why: expect.stringContaining('did not answer what was asked on it') as string },
  ]);

  recorder.connected('dave', () => 'the socket ended', answer);
  expect(await lostOrSilent(recorder)).toEqual([{ actor: 'dave', why: 'the socket ended' }]);
});
