import { afterEach, expect, test } from 'vitest';
import { CouldNotRun } from '../errors.ts';
import { Recorder } from '../evidence/recorder.ts';
import { toReceive } from '../expectations/to-receive.ts';
import { withDeadline } from '../waiting/until.ts';
import { type Behaviour, FakePeer } from '../wire/fake-peer.test-support.ts';
import { Program } from './program.ts';

const deadline = 200;
const access = { username: 'me', password: 'secret', virtualHost: '/' };
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A worker that waits for a message which never comes, and what is said of that. */
async function waitedInVain(behaviour: Behaviour) {
  const peer = await FakePeer.start(behaviour);
  cleanups.push(() => peer.close());
  const witness = new Recorder().actor('program', 'worker');
  const worker = new Program('worker', { queue: 'tasks' }, [], { amqp: peer.address, ...access }, witness);
  cleanups.push(() => worker.kill('SIGKILL'));
  await worker.told('ready');
  return await withDeadline(deadline, () => toReceive(() => false, worker, ['one']));
}

test('a message that does not come counts against a broker that answers others', async () => {
  const { pass, message } = await waitedInVain({});
  expect(pass).toBe(false);
  expect(message()).toContain('worker was to receive exactly 1 message in this order: ["one"]');
});

test('and not against one that is slow to all', async () => {
  const silentToOthers: Behaviour = {
    'protocol-header': (moment) => {
      if (moment.number === 1) moment.asUsual();
    },
  };
  const error = await waitedInVain(silentToOthers).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CouldNotRun);
  expect(String(error)).toContain(
    `The broker was slow to all: it did not answer with a message for worker within ${deadline} ms`,
  );
});
