import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { made } from '../edit.ts';
import { MutantAtWork } from '../proxy/mutant-at-work.ts';
import { held, type Moment } from '../rule.ts';
import { queuesInterleaved } from './dispatch.ts';
import type { Command } from '../../wire/index.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** One channel with so many consumers; what the client hears of what the broker says there. */
function channelWith(consumers: number) {
  const atWork = new MutantAtWork(queuesInterleaved, undefined);
  const channel = {};
  const heard: string[] = [];
  const hear = (command: Command) => {
    const { name } = command;
    heard.push(command.is('basic.deliver') ? String(command.arguments.routingKey) : name);
  };
  const pass = (from: 'client' | 'broker', command: Command) => {
    const moment = { command, channel, later: hear } as unknown as Moment;
    let commands: readonly Command[] = [command];
    for (const act of atWork.acts(from, command.name)) {
      const outcome = act(moment);
      if (outcome === held) return;
      commands = outcome ?? commands;
    }
    commands.forEach(hear);
  };
  for (let each = 0; each < consumers; each += 1) pass('client', made(1, 'basic.consume'));
  heard.length = 0;
  return {
    heard,
    deliver: (consumerTag: string, routingKey: string) =>
      pass('broker', made(1, 'basic.deliver', { consumerTag, routingKey })),
    answer: () => pass('broker', made(1, 'queue.declare-ok')),
  };
}

test('what comes for one consumer is overtaken by what comes for another, and keeps its own order', () => {
  const { heard, deliver } = channelWith(2);
  for (const each of ['a1', 'b1', 'a2', 'b2']) deliver(each.charAt(0), each);
  expect(heard).toEqual(['b1', 'b2']);
  vi.advanceTimersByTime(3);
  expect(heard).toEqual(['b1', 'b2', 'a1', 'a2']);
});

test('an answer comes after all that was delivered before it', () => {
  const { heard, deliver, answer } = channelWith(2);
  deliver('a', 'a1');
  answer();
  expect(heard).toEqual(['a1', 'queue.declare-ok']);
  vi.advanceTimersByTime(10);
  expect(heard).toEqual(['a1', 'queue.declare-ok']);
});

test('a lone consumer waits for nothing', () => {
  const { heard, deliver } = channelWith(1);
  deliver('a', 'a1');
  expect(heard).toEqual(['a1']);
});
