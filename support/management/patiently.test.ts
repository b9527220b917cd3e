import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { CouldNotRun } from '../errors.ts';
import { ManagementError } from './error.ts';
import { facing } from './facing.test-support.ts';
import { patiently } from './patiently.ts';

type Step = 'silence' | 'half' | 'reset' | number;

function play(step: Step, response: ServerResponse): void {
  if (step === 'silence') return;
  if (step === 'half') response.write('{');
  else if (step === 'reset') response.destroy();
  else response.writeHead(step).end('{}');
}

const tryMs = 200;

/** An API that does one step after the other, and the last one for ever. */
async function api(steps: readonly Step[]) {
  let requests = 0;
  const management = await facing(
    (_, response) => {
      play(steps[Math.min(requests, steps.length - 1)] ?? 'silence', response);
      requests += 1;
    },
    '',
    tryMs,
  );
  return { make: () => management.virtualHosts.put('mine'), requests: () => requests };
}

test.for<[string, Step[]]>([
  ['an answer at once', [201]],
  ['silence', ['silence', 201]],
  ['half an answer', ['half', 201]],
  ['a lost connection', ['reset', 201]],
  ['an error of the server, whatever else', [500, 'silence', 503, 'reset', 429, 201]],
])('%s: asked until it is answered', async ([, steps]) => {
  const { make, requests } = await api(steps);
  expect(await patiently(make, { interval: 1 })).toEqual({ created: true });
  // At least: on a busy machine any answer may be late
  expect(requests()).toBeGreaterThanOrEqual(steps.length);
});

test.for([400, 401, 404])('a refusal with %i is final', async (status) => {
  const { make, requests } = await api([status, 201]);
  await expect(patiently(make, { interval: 1 })).rejects.toBeInstanceOf(ManagementError);
  expect(requests()).toBe(1);
});

test.for<[string, Step[], string]>([
  ['silence', ['silence'], 'PUT .*/api/vhosts/mine was not answered within 200 ms'],
  ['an error', [503], 'PUT /api/vhosts/mine was answered with 503 \\{\\}'],
  ['silence after an error', [503, 'silence'], 'PUT .*/api/vhosts/mine was not answered within 200 ms'],
])('%s to the end: told, with how often and how long', async ([, steps, told]) => {
  const { make } = await api(steps);
  const failure = patiently(make, { within: 1_000, interval: 20 });
  await expect(failure).rejects.toThrow(new RegExp(`${told} \\(asked \\d+ times within 1 s\\)$`));
  await expect(failure).rejects.toBeInstanceOf(CouldNotRun);
});

test('it ends when it is called off, with the reason for that', async () => {
  const { make } = await api(['silence']);
  const abort = new AbortController();
  const failure = patiently(make, { signal: abort.signal });
  abort.abort(new Error('called off'));
  await expect(failure).rejects.toThrow('called off');
});
