import { expect, test } from 'vitest';
import { Recorder } from '../evidence/recorder.ts';
import { withDeadline } from '../waiting/until.ts';
import { lostOrSilent } from './lost-or-silent.ts';

async function answer(): Promise<void> {}
async function refusal(): Promise<void> {
  throw new Error('refused');
}
async function silence(): Promise<void> {
  return await new Promise(() => {});
}
function lost(): undefined {}

test('tells whose connection is silent, and who has lost one', async () => {
  const recorder = new Recorder();
  recorder.connected('alice', { lost, questions: [answer] });
  recorder.connected('bob', { lost, questions: [refusal, silence] });
  recorder.connected('erin', { lost, questions: [silence, answer] });
  expect(await withDeadline(50, () => lostOrSilent(recorder))).toEqual([]);

  recorder.connected('carol', { lost, questions: [silence, silence] });
  expect(await withDeadline(50, () => lostOrSilent(recorder))).toEqual([
    { actor: 'carol', why: expect.stringContaining('did not answer what was asked on it') as string },
  ]);

  recorder.connected('dave', { lost: () => 'the socket ended', questions: [answer] });
  expect(await lostOrSilent(recorder)).toEqual([{ actor: 'dave', why: 'the socket ended' }]);
});

test('a question may be what shows that a connection is lost', async () => {
  const recorder = new Recorder();
  let why: string | undefined;
  const reset = async (): Promise<void> => {
    why = 'ECONNRESET';
    throw new Error(why);
  };
  recorder.connected('alice', { lost: () => why, questions: [reset] });
  expect(await lostOrSilent(recorder)).toEqual([{ actor: 'alice', why: 'ECONNRESET' }]);
});
